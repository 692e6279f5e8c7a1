//! What is made of the command line's definition is what shells and `man` take.

use std::process::Command;

use super::project::{Project, Ran};

/// Whether the machine has the program; where it is missing, that is said.
fn has(program: &str) -> bool {
    let found = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
        .any(|folder| folder.join(program).is_file());
    if !found {
        eprintln!("{program} is not installed, so its part is left out");
    }
    found
}

/// The words that bash offers behind `words`, by the script that it has loaded.
fn offered(script: &str, words: &[&str]) -> Vec<String> {
    let program = format!(
        "set -eu\n{script}\nspec=$(complete -p tutor)\nCOMP_WORDS=({}) COMP_CWORD={}\n\
         function=${{spec#*-F }}; \"${{function%% *}}\" tutor \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"\n\
         printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" "),
        words.len() - 1,
    );
    let bash = Command::new("bash").args(["--noprofile", "--norc", "-c", &program]).output().unwrap();
    let ran = Ran::of(&bash);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    ran.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_flags_and_values() {
    let script = Project::new(&[]).run(&["completions", "bash"]);
    assert_eq!((script.code, script.stderr.as_str()), (Some(0), ""));
    assert_eq!(offered(&script.stdout, &["tutor", "che"]), ["check"]);
    assert_eq!(offered(&script.stdout, &["tutor", "check", "--ex"]), ["--explain"]);
    assert_eq!(offered(&script.stdout, &["tutor", "run", "--relocate", ""]), ["mount", "text"]);
    assert_eq!(offered(&script.stdout, &["tutor", "completions", "z"]), ["zsh"]);
}

#[test]
fn zsh_and_fish_take_their_scripts() {
    let project = Project::new(&[]);
    for (shell, check) in [("zsh", "-n"), ("fish", "--no-execute")] {
        let script = project.run(&["completions", shell]);
        assert_eq!(script.code, Some(0));
        assert!(script.stdout.contains("explain"), "{}", script.stdout);
        if has(shell) {
            project.write("script", &script.stdout);
            let ran = Ran::of(&Command::new(shell).arg(check).arg(project.path("script")).output().unwrap());
            assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{shell}");
        }
    }
    let wrong = project.run(&["completions", "tcsh"]);
    assert_eq!(wrong.code, Some(2));
    assert!(
        wrong.stderr.contains("possible values: bash, elvish, fish, powershell, zsh"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn the_manual_pages_are_drawn_without_a_warning() {
    let project = Project::new(&[]);
    for command in ["", "run", "check", "list", "accept", "reject", "completions", "man"] {
        let arguments = if command.is_empty() { vec!["man"] } else { vec!["man", command] };
        let page = project.run(&arguments);
        assert_eq!((page.code, page.stderr.as_str()), (Some(0), ""), "{command}");
        project.write("page.1", &page.stdout);
        let mut groff = Command::new("groff");
        groff.args(["-man", "-Tutf8", "-ww", "-P-cbou", "-rLL=78n"]).arg(project.path("page.1"));
        let drawn = Ran::of(&groff.output().expect("groff"));
        assert_eq!((drawn.code, drawn.stderr.as_str()), (Some(0), ""), "{command}");
        for section in ["NAME", "SYNOPSIS", "OPTIONS"] {
            assert!(
                drawn.stdout.lines().any(|line| line == section),
                "{command}: no {section}\n{}",
                drawn.stdout
            );
        }
        if command == "check" {
            // Examples stand as they are, each on its line.
            let examples = drawn.stdout.lines().filter(|line| line.trim_start().starts_with("tutor check"));
            assert!(examples.clone().count() >= 5, "{}", drawn.stdout);
            assert!(drawn.stdout.contains("--min-coverage <N>"), "{}", drawn.stdout);
            assert!(drawn.stdout.contains("tutor-check(1)"), "{}", drawn.stdout);
        }
    }
    let wrong = project.run(&["man", "chek"]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("did you mean `check`?"), "{}", wrong.stderr);
}
