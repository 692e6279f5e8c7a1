//! The cases of the table in `conformance` as Windows' command interpreter has them, run under Wine.

/// A block: attributes, text, output; `-` for output: none.
type Step = (&'static str, String, String);

/// What a case is in the interpreter: steps and the states that they end in; or why there is no such case.
pub(super) enum Found {
    Case(Vec<Step>, &'static str),
    Without(&'static str),
}

fn steps(steps: &[(&'static str, &str, &str)], states: &'static str) -> Found {
    let own = |(attributes, text, output): &(&'static str, &str, &str)| {
        (*attributes, (*text).to_owned(), (*output).to_owned())
    };
    Found::Case(steps.iter().map(own).collect(), states)
}

/// The case of that name; `None` where nobody has thought of it.
pub(super) fn of(name: &str) -> Option<Found> {
    state(name)
        .or_else(|| failures(name))
        .or_else(|| exits(name))
        .or_else(|| streams(name))
        .or_else(|| time_outs(name))
}

fn state(name: &str) -> Option<Found> {
    Some(match name {
        "variables, exported or not, and the directory" => steps(
            &[
                ("#a", "set x=5\nset \"y=6 7\"\nmkdir \"a b\"\ncd \"a b\"", ""),
                ("#b", "echo %x%\necho %y%\nfor %i in (\"%CD%\") do echo %~nxi", "5\n6 7\na b"),
                ("#c", "set x=\ncd ..", ""),
                ("#d", "if not defined x echo none\ndir /b", "none\na b"),
            ],
            "a=passed b=passed c=passed d=passed",
        ),
        "functions and aliases" => Found::Without("it has none"),
        "over steps that end as they are expected to, one after another" => steps(
            &[
                ("#a exit=3", "set x=1\nexit 3", ""),
                ("#b exit=9009", "set x=%x% 2\nno-such-command\nset x=lost", "-"),
                ("#c exit=4", "set x=%x% 3\nexit /b 4\nset x=lost", ""),
                ("#d exit=7", "set x=%x% 4\ncmd /c exit 7\nset x=lost", ""),
                ("#e exit=0", "set x=%x% 5\nexit /b 0\nset x=lost", ""),
                ("#f", "echo %x%", "1 2 3 4 5"),
            ],
            "a=passed b=passed c=passed d=passed e=passed f=passed",
        ),
        "and what they say by a plain exit is their own" => steps(
            &[
                ("#a exit=7", "exit 7", ""),
                ("#b exit=9009", "no-such-command 2>nul || exit\necho two", ""),
                ("#c", "ver >nul && exit\necho two", ""),
                ("#d exit=9", "cmd /c exit 9 & exit 9", ""),
            ],
            "a=passed b=passed c=passed d=passed",
        ),
        "a shell that is gone leaves directory and exported variables" => steps(
            &[
                ("#a", "set V=x y\nmkdir d\ncd d", ""),
                ("#b", "exit", ""),
                ("#c", "echo %V%\nfor %i in (\"%CD%\") do echo %~nxi", "x y\nd"),
            ],
            "a=passed b=passed c=passed",
        ),
        _ => return None,
    })
}

fn failures(name: &str) -> Option<Found> {
    const FALSE: &str = "cmd /c exit 1";
    let stops =
        |text: &str, said: &str| steps(&[("#a exit=1", &text.replace("FALSE", FALSE), said)], "a=passed");
    Some(match name {
        "a line in the middle" => stops("echo one\nFALSE\necho two", "one"),
        "not expected" => steps(
            &[("#a", "echo one\ncmd /c exit 1\necho two", "-"), ("#b", "ver", "-")],
            "a=failed b=not-run",
        ),
        "on one line" => stops("echo one\nver >nul & FALSE\necho two", "one"),
        "the last of a pipe" => stops("echo x| FALSE\necho two", ""),
        "in a substitution" => Found::Without("what `for /f` runs has no status there"),
        "in a function" => stops("call :f\necho two\ngoto :eof\n:f\nFALSE\necho three", ""),
        "in a block" => stops("if 1==1 (\n  FALSE\n  echo three\n)\necho two", ""),
        "the last of a list" => stops("ver >nul && FALSE\necho two", ""),
        "the last of another" => stops("FALSE || FALSE\necho two", ""),
        "no such command" => steps(&[("#a exit=9009", "no-such-command-at-all\necho two", "-")], "a=passed"),
        "a directory that is not there" => {
            steps(&[("#a exit=nonzero", "cd C:\\no\\such\necho two", "-")], "a=passed")
        }
        "what is tested stops nothing" => steps(
            &[(
                "#a",
                "cmd /c exit 1 || ver >nul\ncmd /c exit 1 && ver >nul\ncmd /c exit 1\nif errorlevel 1 echo asked\ncmd /c exit 1\nif %ERRORLEVEL%==1 echo again\nif 1==2 cmd /c exit 1\necho yes",
                "asked\nagain\nyes",
            )],
            "a=passed",
        ),
        "a mistake of syntax" | "a mistake of syntax, not expected" => {
            Found::Without("Wine's reads over some where Windows' ends the file")
        }
        _ => return None,
    })
}

fn exits(name: &str) -> Option<Found> {
    Some(match name {
        // Of each of these there are several.
        "by exit" => steps(
            &[
                ("#a exit=255", "exit 255\necho two", ""),
                ("#b exit=9009", "exit /b 9009", ""),
                ("#c", "echo yes", "yes"),
            ],
            "a=passed b=passed c=passed",
        ),
        "by a command" => {
            steps(&[("#a exit=127", "cmd /c exit 127", ""), ("#b", "echo yes", "yes")], "a=passed b=passed")
        }
        "another than expected" => steps(&[("#a exit=4", "exit 3", "-")], "a=failed"),
        "in a condition" => steps(
            &[("#a exit=2", "if 1==1 exit 2\necho two", ""), ("#b", "echo yes", "yes")],
            "a=passed b=passed",
        ),
        "in a loop" => steps(
            &[
                ("#a exit=2", "for %i in (1 2) do (\n  echo %i\n  exit 2\n)\necho two", "1"),
                ("#b", "echo yes", "yes"),
            ],
            "a=passed b=passed",
        ),
        "after a failure" => steps(
            &[("#a exit=2", "cmd /c exit 1 || exit 2\necho two", ""), ("#b", "echo yes", "yes")],
            "a=passed b=passed",
        ),
        "in a subshell" => Found::Without("its blocks are none"),
        "with a trap" => Found::Without("it has none"),
        _ => return None,
    })
}

fn streams(name: &str) -> Option<Found> {
    // A command line has at most 8,191 characters.
    let long = "0123456789".repeat(700);
    Some(match name {
        "standard input" => steps(&[("#a", "set /p x=\nif not defined x echo end", "end")], "a=passed"),
        "both streams as a terminal shows them" => {
            steps(&[("#a", "echo a\necho b>&2\necho c\ncmd /c echo d>&2", "a\nb\nc\nd")], "a=passed")
        }
        "special characters" => steps(
            &[(
                "#a",
                "echo \"a&b|c\" ^<d^> e'f;g,h=i {j}~k#l$m!n 100% äöü 漢字 😀",
                "\"a&b|c\" <d> e'f;g,h=i {j}~k#l$m!n 100% äöü 漢字 😀",
            )],
            "a=passed",
        ),
        "long lines" => steps(&[("#a", &format!("echo {long}"), &long)], "a=passed"),
        "many lines" => steps(&[("#a", &("set x=1\n".repeat(1000) + "echo yes"), "yes")], "a=passed"),
        "a great deal" => steps(
            &[("#a", "for /l %i in (1,1,20000) do echo %i\necho end", "1\n...\n20000\nend")],
            "a=passed",
        ),
        "a great deal, and another end" => {
            steps(&[("#a", "for /l %i in (1,1,2000) do echo %i\necho end", "1\n...\n200\nend")], "a=drifted")
        }
        "no newline at the end" => {
            steps(&[("#a", "set /p x=x", "x"), ("#b", "set /p x=y", "y")], "a=passed b=passed")
        }
        "answers" => steps(
            &[("#a", "set /p n=Name: ", "-"), (".answers", "Name: Ada", "-"), ("#b", "ver", "-")],
            "a=unverified b=passed",
        ),
        "a question" => {
            Found::Without("without answers its input is empty, and there is no other way to the terminal")
        }
        _ => return None,
    })
}

fn time_outs(name: &str) -> Option<Found> {
    const SLEEP: &str = "ping -n 60 127.0.0.1 >nul";
    let said = |text: &str| text.replace("SLEEP", SLEEP);
    Some(match name {
        "sessions of their own, double forks, TERM ignored" => steps(
            &[
                ("#a", "set x=kept", ""),
                ("#b timeout=900ms", &said("start /b SLEEP\nstart \"\" cmd /c SLEEP\nSLEEP"), "-"),
                ("#c", "ver", "-"),
                ("#d .cleanup", "if not \"%x%\"==\"kept\" exit 1", "-"),
            ],
            "a=passed b=failed c=not-run d=passed",
        ),
        "after a step that ended its shell" => steps(
            &[
                ("#a exit=3", "set x=kept\nexit 3", ""),
                ("#b timeout=600ms", &said("SLEEP"), "-"),
                ("#c .cleanup", "if not \"%x%\"==\"kept\" exit 1", "-"),
            ],
            "a=passed b=failed c=passed",
        ),
        "the shell itself" => steps(
            &[("#a timeout=600ms", ":again\ngoto again", "-"), ("#b .cleanup", "echo done", "-")],
            "a=failed b=passed",
        ),
        "a child in the background delays nothing" => steps(
            &[("#a timeout=10s", &said("start /b SLEEP\necho yes"), "yes"), ("#b", "echo two", "two")],
            "a=passed b=passed",
        ),
        "within it" => steps(&[("#a timeout=20s", "ping -n 2 127.0.0.1 >nul\necho yes", "yes")], "a=passed"),
        _ => return None,
    })
}
