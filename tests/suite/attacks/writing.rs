//! Attempts to write: to the user's files, the system's, those of other runs, and by the hand of `tutor` itself.

use super::host::{Attack, Control, attacks, is_there, tried};

/// Commands that change one of the user's files.
const fn changing(text: &'static str) -> Attack {
    Attack {
        head: "{}",
        text,
        flags: &[],
        effect: |host, _| {
            host.read("victim") != "mine\n"
                || host.read("home/.bashrc") != "mine\n"
                || is_there(&host.path("new"))
        },
        control: Control::Works,
    }
}

attacks! {
    the_home: changing("echo bad > @HOME@/.bashrc");
    the_home_by_its_name: changing("cd ~ 2>/dev/null; echo bad > @HOME@/.bashrc");
    a_file_in_tmp: changing("echo bad > @HERE@/victim");
    a_new_file: changing("touch @HERE@/new");
    by_a_symbolic_link: changing("ln -s @HERE@/victim link; echo bad > link");
    by_a_link_to_a_directory: changing("ln -s @HERE@ there; echo bad > there/victim");
    by_a_hard_link: changing("ln @HERE@/victim hard && echo bad > hard");
    by_the_roots_of_other_processes:
        changing("for p in /proc/[0-9]*; do echo bad > $p/root@HERE@/victim; done 2>/dev/null");
    by_the_directories_of_other_processes:
        changing("for p in /proc/[0-9]*; do test $(readlink $p/cwd) = @HERE@/project && echo bad > $p/cwd/../victim; done 2>/dev/null");
    by_a_path_that_climbs: changing("echo bad > ../../../../../../../..@HERE@/victim");
    by_removing: changing("rm -f @HERE@/victim");
    by_renaming: changing("echo bad > x; mv -f x @HERE@/victim");
    by_making_it_anybodys: Attack {
        effect: |host, _| {
            use std::os::unix::fs::PermissionsExt;
            std::fs::metadata(host.path("victim")).unwrap().permissions().mode() & 0o777 == 0o777
        },
        ..changing("chmod 777 @HERE@/victim")
    };
    the_page_itself: Attack {
        effect: |host, _| host.read("project/page.md").contains("\nbad\n"),
        ..changing("echo bad >> @HERE@/project/page.md")
    };
    the_recordings: Attack {
        effect: |host, _| host.read("project/snapshots/page/a.snap") != "mine\n",
        ..changing("echo bad > @HERE@/project/snapshots/page/a.snap")
    };
    another_runs_scratch: Attack {
        effect: |host, _| !host.read("other/scratch/file").contains(super::host::SECRET),
        ..changing("echo bad > @HERE@/other/scratch/file")
    };
    a_file_of_the_system: Attack {
        effect: |_, _| is_there("/etc/tutor-attack".as_ref()),
        control: Control::Untried,
        ..changing("touch /etc/tutor-attack")
    };
    a_program_of_the_system: Attack {
        effect: |_, _| is_there("/usr/bin/tutor-attack".as_ref()) || is_there("/usr/local/bin/tutor-attack".as_ref()),
        control: Control::Untried,
        ..changing("touch /usr/bin/tutor-attack /usr/local/bin/tutor-attack")
    };
    var_tmp: Attack {
        effect: |host, _| {
            let file = host.filled("/var/tmp/tutor-attack-@PID@");
            let there = is_there(file.as_ref());
            let _ = std::fs::remove_file(file);
            there
        },
        ..changing("touch /var/tmp/tutor-attack-@PID@")
    };
    shared_memory: Attack {
        effect: |host, _| {
            let file = host.filled("/dev/shm/tutor-attack-@PID@");
            let there = is_there(file.as_ref());
            let _ = std::fs::remove_file(file);
            there
        },
        ..changing("touch /dev/shm/tutor-attack-@PID@")
    };
    a_device: Attack {
        effect: |_, told| told.says("device-made"),
        control: Control::WorksForRoot,
        ..changing("mknod null c 1 3 && echo x > null && echo device-made")
    };
    mounting: Attack {
        effect: |_, told| told.says("could-mount"),
        control: Control::Untried,
        ..changing("mount -o remount,rw / && echo could-mount; mount -t tmpfs none /etc && echo could-mount; umount /etc && echo could-mount; true")
    };
    mounting_in_a_further_namespace: Attack {
        effect: |_, told| told.says("could-mount"),
        ..changing("unshare -Urm sh -c 'mount -t tmpfs none /mnt' && echo could-mount; true")
    };
    file_block_through_a_link: changing(
        "```bash {#plant snapshot=none}\nln -s @HERE@/new out\n```\n\n```text {#write .file path=out}\nbad\n```\n"
    );
    file_block_through_a_link_to_a_directory: changing(
        "```bash {#plant snapshot=none}\nln -s @HERE@ there\n```\n\n```text {#write .file path=there/new}\nbad\n```\n"
    );
    file_block_outside: Attack {
        // A page that does not relocate the directory is refused anyway.
        control: Control::Untried,
        ..changing("```text {#write .file path=@HERE@/new}\nbad\n```\n")
    };
    file_block_in_a_directory_of_its_own: Attack {
        head: "{relocate: [\"@HERE@\"]}",
        flags: &["--relocate", "text"],
        control: Control::Untried,
        ..changing("```text {#write .file path=@HERE@/new}\nbad\n```\n")
    };
    certificates_through_a_link: changing(
        "```bash {#plant snapshot=none}\nln -s @HERE@ there\n```\n\n```toml {#certs .certificate snapshot=none}\ndir = \"there/new\"\n\n[ca.one]\ncn = \"Attack CA\"\n```\n"
    );
    a_service: changing(
        "```bash {#serve .service ready=log:ready}\necho bad > @HERE@/victim; echo ready; sleep 60\n```\n"
    );
}

#[test]
fn the_log_of_a_service_is_where_it_should_be() {
    // The directory of the logs is found beside the work, and a link takes its place.
    let text = "```bash {#plant snapshot=none exit=any}\nset +e\ncd .. && mv logs old; ln -s @HERE@ logs; rm -rf old\n```\n\n\
                ```bash {#new .service ready=log:ready}\necho ready; sleep 60\n```\n";
    let attack = Attack { effect: |host, _| is_there(&host.path("new.log")), ..changing(text) };
    tried(&attack, |_| {});
}

#[test]
fn by_what_the_supervisor_has_open() {
    // It writes the file itself, and `/proc/self` is its own then. With a directory of this machine's open at one of these
    // numbers, the way up from there leads out.
    for (climb, number) in ["/../../..", "/.."].into_iter().flat_map(|climb| (3..16).map(move |n| (climb, n)))
    {
        let host = super::host::Host::new();
        let text = format!(
            "```bash {{#plant snapshot=none}}\nln -s /proc/1/fd/{number}{climb}@HERE@ there\nln -s /proc/self/fd/{number}{climb}@HERE@ here\n```\n\n\
             ```text {{#write .file path={}/new}}\nbad\n```\n",
            if number % 2 == 0 { "here" } else { "there" }
        );
        host.write("project/page.md", &super::host::page("{}", &text));
        let told = host.run(&["--sandbox"]);
        assert!(told.says("write"), "it was not tried: {}", told.text);
        assert!(!is_there(&host.path("new")), "by {number}: {}", told.text);
    }
}

#[test]
fn the_runners_own_files_are_where_they_should_be() {
    // Where the shells' files lie, and so where the next shell's will: links take their places.
    let text = "```bash {#plant snapshot=none exit=any}\nset +e\nd=$(dirname $(readlink /proc/self/fd/1 | head -1))\n\
                for d in /dev/shm/tutor-*; do ln -s @HERE@/new $d/services; rm -rf $d/sh; ln -s @HERE@/new $d/sh; done\n```\n\n\
                ```bash {#serve .service ready=log:ready}\necho ready; sleep 60\n```\n\n\
                ```sh {#other snapshot=none exit=any}\ntrue\n```\n";
    // Without a sandbox a step can harm what it stands on, and so the page; what comes of that is no concern here.
    let attack = Attack { control: Control::Untried, ..changing(text) };
    tried(&attack, |_| {});
}

#[test]
fn what_is_pending_is_written_to_no_other_place() {
    let text = "```bash {#a}\necho bad\n```\n";
    let attack = Attack {
        effect: |host, _| std::fs::read_dir(host.path("home")).unwrap().count() > 2,
        control: Control::Works,
        ..changing(text)
    };
    tried(&attack, |host| {
        std::fs::remove_dir_all(host.path("project/snapshots")).unwrap();
        std::os::unix::fs::symlink(host.path("home"), host.path("project/snapshots")).unwrap();
    });
}
