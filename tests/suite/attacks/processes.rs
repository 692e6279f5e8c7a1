//! Attempts on processes: of others, of the runner, and some that are to outlive the run.

use super::host::{Attack, Control, Host, attacks, is_there, page};

const fn killing(text: &'static str) -> Attack {
    Attack {
        head: "{}",
        text,
        flags: &[],
        effect: |host, _| {
            std::thread::sleep(std::time::Duration::from_millis(50));
            !host.bystander_lives()
        },
        control: Control::Works,
    }
}

attacks! {
    a_process_of_the_user: killing("kill -9 @PID@");
    a_process_of_the_user_by_its_name: Attack {
        // It would be all of them.
        control: Control::Untried,
        ..killing("kill -9 -1 & sleep 0.3")
    };
    the_supervisor: Attack {
        effect: |_, told| told.code != Some(0),
        ..killing("kill -9 $PPID; sleep 0.2")
    };
    stopping_the_supervisor: Attack {
        effect: |_, told| told.says("does not answer") || told.code != Some(0),
        control: Control::Untried,
        ..killing("kill -STOP $PPID; sleep 0.2")
    };
    a_privilege_by_a_program: Attack {
        effect: |_, told| !told.says("NoNewPrivs:\t1") || !told.says("CapEff:\t0000000000000000"),
        ..killing("cat /proc/self/status")
    };
    a_further_user_namespace: Attack {
        effect: |_, told| told.says("a-namespace"),
        ..killing("unshare -U true && echo a-namespace; true")
    };
    looking_into_the_supervisor: Attack {
        effect: |_, told| told.says("could-look"),
        ..killing("(readlink /proc/$PPID/fd/* || cat /proc/$PPID/environ /proc/$PPID/mem /proc/$PPID/maps) 2>/dev/null | head -c 1 | grep -q . && echo could-look; true")
    };
    shared_memory_of_system_v: Attack {
        effect: |_, told| told.says("another-space"),
        // Another space than this machine's is the right one.
        control: Control::Untried,
        ..killing("test $(wc -l </proc/sysvipc/shm) -gt 1 && echo another-space; true")
    };
    a_daemon_that_writes_later: Attack {
        effect: |host, _| {
            std::thread::sleep(std::time::Duration::from_millis(1500));
            is_there(&host.path("new"))
        },
        // Without a sandbox it is ended with the run as well.
        control: Control::Untried,
        ..killing("(setsid sh -c 'sleep 1; touch @HERE@/new' &) ; setsid -f sh -c 'sleep 1; touch @HERE@/new'")
    };
}

#[test]
fn nothing_is_left_of_a_session() {
    let host = Host::new();
    let mark = format!("77{}", host.bystander_time());
    let text =
        super::host::commands(&format!("setsid -f sleep {mark}\n(trap '' TERM; sleep {mark}) & disown"));
    host.write("project/page.md", &page("{}", &text));
    let told = host.run(&["--sandbox"]);
    assert!(told.says("all-was-tried"), "{}", told.text);
    let left = std::fs::read_dir("/proc").unwrap().flatten().any(|entry| {
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).contains(&mark)
    });
    assert!(!left, "{}", told.text);
}

#[test]
fn a_session_ends_with_a_runner_that_is_killed() {
    let host = Host::new();
    let mark = format!("78{}", host.bystander_time());
    let text = format!(
        "```bash {{#a snapshot=none}}\ntrap '' TERM HUP\nsetsid -f sleep {mark}\nsleep {mark}\n```\n"
    );
    host.write("project/page.md", &page("{}", &text));
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tutor"));
    command.args(["run", "--sandbox", "page.md"]).current_dir(host.path("project"));
    let mut child = command.env("HOME", host.path("home")).spawn().unwrap();
    let runs = || {
        std::fs::read_dir("/proc").unwrap().flatten().any(|entry| {
            let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            line.starts_with(b"sleep\0") && String::from_utf8_lossy(&line).contains(&mark)
        })
    };
    assert!(soon(runs), "it never ran");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(soon(|| !runs()), "it goes on");
}

/// Whether it becomes true within twenty seconds.
fn soon(holds: impl Fn() -> bool) -> bool {
    (0..400).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        holds()
    })
}
