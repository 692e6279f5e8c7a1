//! How a session talks to PowerShell: what it starts it with, and requests, steps and answers as they pass between both.
//!
//! There is no PowerShell to be had here. What stands in for one is a script of `sh` that does what the loop for
//! PowerShell is written to do, with steps in the language of `sh`: it shows nothing about PowerShell.

use super::harness::{Case, Room, case, page};

/// The stand-in. It reads from the loop's text where the requests come from, where the step lies and where the answer
/// goes, as PowerShell would.
const STAND_IN: &str = r#"#!/bin/sh
# stand-in for PowerShell: runs steps of sh
case "$*" in
"-NoLogo -NoProfile -NonInteractive -File "*/loop.ps1) ;;
*) echo "stand-in: started with $*" >&2; exit 64 ;;
esac
for loop do :; done
requests=$(sed -n 's/.*IFS= read -r m <"\([^"]*\)".*/\1/p' "$loop")
answers=$(sed -n 's/.*>"\([^"]*\)"'"'"' sh \$__tutor_line.*/\1/p' "$loop")
step=$(sed -n "s/.*ReadAllText('\([^']*\)').*/\1/p" "$loop" | head -n 1)
while IFS= read -r request <"$requests" && [ -n "$request" ]; do
  case $(cat "$step") in
  *WriteAllText*)
    # What is to be told: environment and directory.
    printf '' >"${step%/*}/env"; pwd >"${step%/*}/pwd"; status=0 ;;
  *)
    grep -v '^if (\$true) {\|^\${env:\|^\$null\|^true$\|^\$__tutor_end = \$true$' "$step" >"$step.sh"
    . "$step.sh"
    status=$? ;;
  esac
  printf 'end %s %s\n' "$status" "$$" >"$answers"
done
"#;

fn room(cases: &Case) -> Room {
    let mut room = Room::new();
    room.write("bin/pwsh", STAND_IN);
    let mut mode = std::fs::metadata(room.path("bin/pwsh")).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut mode, 0o755);
    std::fs::set_permissions(room.path("bin/pwsh"), mode).unwrap();
    let path = format!("{}:{}", room.path("bin").display(), std::env::var("PATH").unwrap());
    room.env.push(("PATH", path.leak()));
    room.write("page.md", &page(cases.head, &cases.blocks));
    room
}

#[test]
fn requests_steps_and_answers_pass() {
    let cases = [
        case(
            "both streams, apart and as one",
            &[
                ("powershell #a snapshot=none", "x=kept; echo out; echo err >&2", "-"),
                ("pwsh #b", "echo \"$x\"; echo second >&2", "kept\nsecond"),
                ("ps1 #c exit=3", "(exit 3)", ""),
                ("ps1 #d", "(exit 4)", "-"),
                ("ps1 #e", "echo no", "-"),
                ("ps1 #f .cleanup", "test \"$x\" = kept", "-"),
            ],
            "a=passed b=passed c=passed d=failed e=not-run f=passed",
        ),
        case(
            "a shell that is gone is started anew",
            &[("ps1 #a exit=any", "kill -9 $$", "-"), ("ps1 #b", "echo \"${x-none}\"", "none")],
            "a=failed b=not-run",
        ),
        case(
            "a time-out ends what the step has started",
            &[("ps1 #a timeout=500ms", "sleep @MARK@", "-"), ("ps1 #b .cleanup", "echo still here", "-")],
            "a=failed b=passed",
        ),
        case("input is empty", &[("ps1 #a", "cat; echo end", "end")], "a=passed"),
        case("no profile, no logo", &[("ps1 #a", "echo ä", "ä")], "a=passed"),
    ];
    for case in cases {
        let room = room(&case);
        let run = room.run(&[]);
        assert_eq!(run.states(), case.states, "{}: {}", case.name, run.told());
    }
}

#[test]
fn without_powershell_its_steps_are_unverified() {
    let room = Room::new();
    room.write("page.md", &page("{}", &[("powershell #a", "Get-Date", "-"), ("sh #b", "true", "")]));
    let run = room.run(&["--no-strict"]);
    if std::process::Command::new("pwsh").arg("-v").output().is_ok() {
        return eprintln!("without PowerShell: left out, there is one");
    }
    assert_eq!(run.states(), "a=unverified b=passed", "{}", run.told());
    assert!(run.stdout.contains("pwsh not found"), "{}", run.told());
}
