//! Attempts to read: keys, the environment, other runs, other users; and by the hand of `tutor` itself.

use std::{os::unix::fs::symlink, process::Command};

use super::host::{Attack, Control, Host, SECRET, attacks, tried};

/// Commands that show the secret.
const fn showing(text: &'static str) -> Attack {
    Attack { head: "{}", text, flags: &[], effect: |_, told| told.says(SECRET), control: Control::Works }
}

attacks! {
    a_key: showing("cat @HOME@/.ssh/id_rsa");
    a_key_by_a_link: showing("ln -s @HOME@/.ssh k; cat k/id_rsa");
    a_key_by_the_roots_of_processes: showing("cat /proc/[0-9]*/root@HOME@/.ssh/id_rsa 2>/dev/null | head -1");
    another_runs_files: showing("cat @HERE@/other/scratch/file");
    the_runners_environment: showing("cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep ^TUTOR_ATTACK_SECRET= | head -1");
    the_environment_of_its_parents: Attack {
        // The session's own environment never has it.
        control: Control::Untried,
        ..showing("env; cat /proc/1/environ /proc/$PPID/environ")
    };
    a_variable_that_the_page_asks_for: Attack {
        head: "{env: {MINE: {env: TUTOR_ATTACK_SECRET}}}",
        ..showing("echo \"$MINE\"")
    };
    a_placeholder_that_the_page_asks_for: Attack {
        head: "{placeholders: {XX: {env: TUTOR_ATTACK_SECRET}}}",
        ..showing("```bash {#a snapshot=none}\necho XX\n```\n")
    };
    passwords: Attack {
        effect: |_, told| told.says("root:$") || told.says("root:*") || told.says("root:!"),
        control: Control::WorksForRoot,
        ..showing("head -1 /etc/shadow")
    };
    other_processes: Attack {
        effect: |host, told| told.says(&host.bystander_time()),
        ..showing("cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n'")
    };
    the_runners_memory: Attack {
        effect: |_, told| told.says("could-open"),
        ..showing("for p in /proc/[0-9]*; do test $(basename $p) != $$ && grep -aq TUTOR_ATTACK_SECRET $p/environ && head -c 0 $p/mem && echo could-open; done 2>/dev/null")
    };
    files_block_of_the_home: Attack {
        // A page that does not relocate the directory is refused anyway.
        control: Control::Untried,
        effect: |_, told| told.says(".ssh"),
        ..showing("```text {#list .files in=@HOME@}\nnothing\n```\n")
    };
    sockets_of_agents: Attack {
        effect: |_, told| told.says("a-socket"),
        control: Control::Untried,
        ..showing("find /run /tmp /var/run/ @HERE@ -type s 2>/dev/null | grep . && echo a-socket; true")
    };
    kernel_messages_and_disks: Attack {
        effect: |_, told| told.says("could-read"),
        control: Control::Untried,
        ..showing("for d in /dev/[shv]d* /dev/nvme* /dev/mem /dev/kmem /dev/kmsg /dev/loop*; do head -c1 $d 2>/dev/null | grep -q . && echo could-read; done")
    };
}

#[test]
fn a_link_that_the_page_copies() {
    let attack = Attack { head: "{copy: [data]}", ..showing("```bash {#a snapshot=none}\ncat data\n```\n") };
    tried(&attack, |host| symlink(host.path("home/.ssh/id_rsa"), host.path("project/data")).unwrap());
}

#[test]
fn a_command_that_asks_for_a_version() {
    let attack = Attack {
        head: "{requires: [{program: sh, run: \"cat @HOME@/.ssh/id_rsa > @HERE@/new; echo 1.0\", min: \"1\"}]}",
        effect: |host, _| host.read("new").contains(SECRET),
        ..showing("true")
    };
    tried(&attack, |_| {});
}

#[test]
fn a_program_of_the_project_that_tells_its_version() {
    let attack = Attack {
        head: "{requires: [{program: tutor-attack, min: \"1\"}]}",
        effect: |host, _| host.read("new").contains(SECRET),
        ..showing("```bash {#a snapshot=none}\ntutor-attack\n```\n")
    };
    tried(&attack, |host| {
        use std::os::unix::fs::PermissionsExt;
        host.write("project/tools/x", "#!/bin/sh\ncat @HOME@/.ssh/id_rsa > @HERE@/new\necho 1.0\n");
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(host.path("project/tools/x"), mode).unwrap();
        host.write("project/tutor.toml", "[programs]\ntutor-attack = \"tools/x\"\n");
    });
}

#[test]
fn a_directory_that_a_program_is_said_to_lie_in() {
    let attack = Attack {
        head: "{requires: [tutor-attack]}",
        ..showing("```bash {#a snapshot=none exit=any}\ncat @HOME@/.ssh/id_rsa\n```\n")
    };
    tried(&attack, |host| {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(host.path("home/.ssh/id_rsa"), mode).unwrap();
        host.write("project/tutor.toml", "[programs]\ntutor-attack = \"../home/.ssh/id_rsa\"\n");
    });
}

#[test]
fn a_file_that_was_left_open() {
    let run = |sandbox: &str| {
        let host = Host::new();
        let text = super::host::commands("cat <&7; cat /proc/self/fd/7 /proc/$PPID/fd/7");
        host.write("project/page.md", &super::host::page("{}", &text));
        let mut command = Command::new("sh");
        let line = format!("exec 7<@HOME@/.ssh/id_rsa; exec \"$0\" run -vv page.md {sandbox}");
        command.arg("-c").arg(host.filled(&line)).arg(env!("CARGO_BIN_EXE_tutor"));
        command.current_dir(host.path("project"));
        host.told(command)
    };
    let told = run("--sandbox");
    assert!(told.says("all-was-tried") && !told.says(SECRET), "{}", told.text);
    let told = run("");
    assert!(told.says(SECRET), "without a sandbox it is open: {}", told.text);
}
