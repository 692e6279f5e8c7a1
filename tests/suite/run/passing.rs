//! One page in several shells: what passes from one to the next.

use super::harness::{Case, case, check};

const SHELLS: [&str; 4] = ["sh", "bash", "ksh", "zsh"];

/// Runs each case from every shell (`@SH@`) to every other one (`@B@`).
fn between_shells(cases: &[Case]) {
    for from in SHELLS {
        for to in SHELLS.into_iter().filter(|to| *to != from) {
            let named: Vec<Case> = cases.iter().map(|case| case.in_shell("@B@", to)).collect();
            check(from, &named);
        }
    }
}

#[test]
fn directory_and_environment_pass_on() {
    between_shells(&[
        case(
            "there and back, and there again",
            &[
                ("@SH@ #a", "export V=1\nW=2\nmkdir 'a b'; cd 'a b'", ""),
                (
                    "@B@ #b",
                    "printenv V; basename \"$PWD\"; echo \"${W-none}\"; export V=3; X=4; cd ..",
                    "1\na b\nnone",
                ),
                ("@SH@ #c", "printenv V; echo $W; ls; echo \"${X-none}\"; export V=5", "3\n2\na b\nnone"),
                ("@B@ #d", "printenv V; echo $X", "5\n4"),
            ],
            "a=passed b=passed c=passed d=passed",
        ),
        case(
            "values that a shell must quote",
            &[
                (
                    "@SH@ #a",
                    "A='it'\\''s \"q\" $x `y` \\z'\nB='two\nlines\ttab'\nC='größe'\nD=\nE='trail\n'\nF='!bang ~ # * ; & | ( ) a=b'\nexport A B C D E F",
                    "",
                ),
                (
                    "@B@ #b",
                    "printenv A B C F\ntest -z \"$D\" && test -n \"${D+set}\"\nprintf '%s' \"$E\" | od -c | head -1",
                    "it's \"q\" $x `y` \\z\ntwo\nlines\ttab\ngröße\n!bang ~ # * ; & | ( ) a=b\n0000000   t   r   a   i   l  \\n",
                ),
                ("@B@ #c", "export A=\"$A|\"", ""),
                ("@SH@ #d", "printenv A", "it's \"q\" $x `y` \\z|"),
            ],
            "a=passed b=passed c=passed d=passed",
        ),
        case(
            "bytes that are no text",
            &[
                ("@SH@ #a", "V=$(printf 'a\\377b')\nexport V", ""),
                ("@B@ #b", "printenv V | od -An -tx1", " 61 ff 62 0a"),
                ("@SH@ #c", "printenv V | od -An -tx1", " 61 ff 62 0a"),
            ],
            "a=passed b=passed c=passed",
        ),
    ]);
}

#[test]
fn what_stands_in_the_way_of_passing_on() {
    between_shells(&[
        case(
            "what is unset is unset there too",
            &[
                ("@SH@ #a", "export V=1 W=2 X=3", ""),
                ("@B@ #b", "echo $V$W$X; unset V; export W=", "123"),
                ("@SH@ #c", "echo \"${V-none} ${W-none} $X\"; unset X", "none  3"),
                ("@B@ #d", "echo \"${V-none} ${W-none} ${X-none}\"", "none  none"),
            ],
            "a=passed b=passed c=passed d=passed",
        ),
        case(
            "what the page sets, and what a step took away",
            &[("@SH@ #a", "printenv K\nunset K", "page"), ("@B@ #b", "echo \"${K-none}\"", "none")],
            "a=passed b=passed",
        )
        .head("{env: {K: page}}"),
        case(
            "from a step that failed as expected",
            &[
                ("@SH@ #a exit=3", "export V=1; mkdir d; cd d; exit 3", ""),
                ("@B@ #b exit=4", "printenv V; basename \"$PWD\"; export V=2; cd ..; exit 4", "1\nd"),
                ("@SH@ #c", "printenv V; ls", "2\nd"),
            ],
            "a=passed b=passed c=passed",
        ),
        case(
            "a directory by the name that the page gave it",
            &[
                ("@SH@ #a", "mkdir real; ln -s real link; cd link", ""),
                ("@B@ #b", "basename \"$PWD\"; cd ..; ls", "link\nlink\nreal"),
                ("@SH@ #c", "ls", "link\nreal"),
            ],
            "a=passed b=passed c=passed",
        ),
        case(
            "a directory that is gone stops nobody",
            &[("@SH@ #a", "export V=1; mkdir d; cd d; rmdir ../d", ""), ("@B@ #b", "echo $V", "1")],
            "a=passed b=passed",
        ),
        case(
            "a variable that may not change there",
            &[
                ("@B@ #a", "readonly R=1; export R", ""),
                ("@SH@ #b", "echo $R; export R=2 S=3", "1"),
                ("@B@ #c", "echo $R $S", "1 3"),
            ],
            "a=passed b=passed c=passed",
        ),
        case(
            "words made the page's own",
            &[
                ("@B@ #a", "cd() { echo no; }\npwd() { echo no; }", ""),
                ("@SH@ #b", "mkdir d; cd d; export V=1", ""),
                ("@B@ #c", "basename \"$PWD\"; printenv V", "d\n1"),
            ],
            "a=passed b=passed c=passed",
        ),
        case(
            "what was not passed on is told",
            &[("@SH@ #a", "export V=1", ""), ("@B@ #b", "printenv V", "2"), ("@SH@ #c", "echo $V", "2")],
            "a=passed b=drifted c=drifted",
        ),
    ]);
}

#[test]
fn directory_and_environment_pass_to_fish_and_back() {
    let cases = [
        case(
            "there and back, and there again",
            &[
                ("@SH@ #a", "export V=1 U=1\nW=2\nmkdir 'a b'; cd 'a b'", ""),
                (
                    "fish #b",
                    "printenv V; basename $PWD; set -q W; or echo none; set -gx V 3; set -e U; set X 4; cd ..",
                    "1\na b\nnone",
                ),
                (
                    "@SH@ #c",
                    "printenv V; echo $W; ls; echo \"${X-none} ${U-none}\"; export V=5",
                    "3\n2\na b\nnone none",
                ),
                ("fish #d", "printenv V; echo $X", "5\n4"),
            ],
            "a=passed b=passed c=passed d=passed",
        ),
        case(
            "values that a shell must quote",
            &[
                (
                    "@SH@ #a",
                    "A='it'\\''s \"q\" $x `y` \\z'\nB='two\nlines\ttab'\nC='größe'\nexport A B C",
                    "",
                ),
                (
                    "fish #b",
                    "printenv A B C\nset -gx A \"$A|\"",
                    "it's \"q\" $x `y` \\z\ntwo\nlines\ttab\ngröße",
                ),
                ("@SH@ #c", "printenv A", "it's \"q\" $x `y` \\z|"),
            ],
            "a=passed b=passed c=passed",
        ),
        case(
            "PATH is a list there",
            &[
                ("@SH@ #a", "export PATH=\"$PATH:/no/such/a\"", ""),
                ("fish #b", "echo $PATH[-1]; set -gx PATH $PATH /no/such/b", "/no/such/a"),
                ("@SH@ #c", "echo \"${PATH##*such}\"; printenv PATH | grep -c such/a:/no", "/b\n1"),
            ],
            "a=passed b=passed c=passed",
        ),
    ];
    for shell in SHELLS {
        check(shell, &cases);
    }
}

#[test]
fn a_shell_that_is_gone_has_left_its_state() {
    between_shells(&[
        case(
            "killed by its own hand, in the cleanup's shell",
            &[
                ("@SH@ #a", "export V='x y'; mkdir d; cd d", ""),
                ("@SH@ #b", "kill -9 $$", "-"),
                ("@B@ #c .cleanup", "test \"$V\" = 'x y'\ntest \"$(basename \"$PWD\")\" = d", "-"),
            ],
            "a=passed b=failed c=passed",
        ),
        case(
            "became another program",
            &[
                ("@SH@ #a", "export V=1; mkdir d; cd d", ""),
                ("@SH@ #b", "exec echo hi", "hi"),
                ("@B@ #c", "echo $V; basename \"$PWD\"", "1\nd"),
                ("@SH@ #d", "echo $V; basename \"$PWD\"", "1\nd"),
            ],
            "a=passed b=passed c=passed d=passed",
        ),
    ]);
}
