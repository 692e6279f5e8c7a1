//! The loop that a session's shell runs: it sources one step after another, in the same shell, and survives each.
//!
//! A step runs under plain `set -e` at the top of the file that is sourced. When it ends the shell (a failure, `exit`,
//! a syntax error, `set -u`), the shell's EXIT trap forks a copy of it that goes on with the loop: variables,
//! functions and options live on. The streams of a step are the shell's own, so that its EXIT trap writes where the step
//! did; they are opened by path for each step, as is everything else, so that a step that closes or redirects
//! descriptors harms nothing.
//!
//! Never `. f || …` (it switches `-e` off inside, in bash and ksh93), never `.` in a function (`declare` becomes local).
//! Every command is quoted against aliases and prefixed by `command` against functions of the same name.

use std::path::Path;

use super::{fish, pwsh, scratch, zsh};
use crate::platform::Shell;

/// Files of one shell's loop, all in one directory: `loop`, `step` and the FIFOs `q` (requests), `r` (results), `o` and
/// `e` (the step's streams). What the shell itself writes (`traps`, `env`, `pwd`) lies elsewhere, see [`told`].
pub(super) const FIFOS: [&str; 4] = ["q", "r", "o", "e"];

/// Requests, a line each.
pub(super) mod request {
    /// Run the step with both streams apart.
    pub(in crate::session::unix) const APART: &[u8] = b"2\n";
    /// Run the step with both streams in one.
    pub(in crate::session::unix) const MERGED: &[u8] = b"1\n";
    /// Run the step with the terminal as its input, streams apart.
    pub(in crate::session::unix) const ASKED_APART: &[u8] = b"4\n";
    /// Run the step with the terminal as its input, streams in one.
    pub(in crate::session::unix) const ASKED_MERGED: &[u8] = b"3\n";
    /// Run the step with the terminal as its input and output.
    pub(in crate::session::unix) const ON_TERMINAL: &[u8] = b"5\n";
    /// Run the step with the streams of the one before it, which left them as they were.
    pub(in crate::session::unix) const SAME: &[u8] = b"=\n";
    /// As [`APART`], of a step after which nothing else is otherwise than before it.
    pub(in crate::session::unix) const TAME_APART: &[u8] = b"b\n";
    /// As [`MERGED`], of such a step.
    pub(in crate::session::unix) const TAME_MERGED: &[u8] = b"a\n";
    /// Open the streams of the steps that are handed over ahead; no answer. Those follow, each by a letter: `A` to `D`
    /// with both streams in one, `E` to `H` with both apart.
    pub(in crate::session::unix) const OPEN: &[u8] = b"o\n";
    /// Write the traps that are set to `traps`.
    pub(in crate::session::unix) const TRAPS: &[u8] = b"t\n";
}

/// The file of this name to which the shell writes whose other files are in `directory`.
pub(super) fn told(directory: &Path, name: &str) -> std::path::PathBuf {
    let shell = directory.file_name().unwrap_or_default().to_string_lossy();
    scratch::told(directory.parent().unwrap_or(directory)).join(format!("{shell}-{name}"))
}

/// The loop for `shell`, whose files are in `directory` and whose terminal is `terminal`.
///
/// A result is a line `KIND STATUS PID`: `end` where the step came to its end (`quick` where the shell now takes steps
/// that are handed over ahead, see `ahead`), `death` where it ended the shell, `trap` after [`request::TRAPS`]; the process id is that of the shell that is in the loop now.
pub(super) fn text(shell: Shell, directory: &Path, terminal: &Path) -> String {
    // ksh93 and mksh have `print` built in; mksh has no `printf`, and `PATH` may be empty.
    let print = match shell {
        Shell::Ksh => r"\command print -r --",
        _ => r"\command printf '%s\n'",
    };
    // A process's own id: `$$` stays that of the first shell, so after a death it must be asked for.
    let own_id = if cfg!(target_os = "linux") {
        r"IFS=' ' \command read -r __tutor_pid __tutor_m </proc/self/stat"
    } else {
        r"__tutor_pid=$(exec /bin/sh -c 'echo $PPID')"
    };
    let text = match shell {
        Shell::Bash => LOOP.replace("@open", OPEN).replace("@fast", FAST),
        Shell::Zsh => zsh::LOOP.to_owned(),
        Shell::Fish => fish::LOOP.to_owned(),
        Shell::PowerShell => return pwsh::text(directory),
        _ => LOOP.replace("@open", "").replace("@fast", ""),
    };
    let traps = told(directory, "traps").to_string_lossy().into_owned();
    text.replace("@/traps", &traps)
        .replace("@fork", if shell == Shell::Ksh { FORK } else { "" })
        .replace("@exit", if matches!(shell, Shell::Sh | Shell::Ksh) { EXIT } else { "" })
        .replace("@print", print)
        .replace("@own_id", own_id)
        .replace("@terminal", &terminal.to_string_lossy())
        .replace('@', &directory.to_string_lossy())
}

/// A subshell of ksh93 is no process of its own before it must be, so the copy would tell the wrong process id. To set a
/// trap makes it one.
const FORK: &str = r"\command trap : EXIT; ";

/// A copy of dash or mksh is in its EXIT trap for ever: there `exit` without a number ends with the status of before that trap,
/// which is that of an earlier step. No function can have that name, but an alias can.
const EXIT: &str = r#"case $__tutor_k in death)
  __tutor_exit() { __tutor_e=$?; \command exit "${1-$__tutor_e}"; }
  \command alias exit=__tutor_exit ;;
esac
"#;

/// A step after which nothing can be otherwise than before it (its text is not wild) is answered and followed by the
/// next over descriptors that stay open: that saves half of the shell's work. Such a step has ended well, or else `-e`
/// has ended the shell.
const FAST: &str = r#"
  case $__tutor_f in
  1 | 2)
    case $__tutor_f in
    1) \command printf '%s\n' "quick 0 $__tutor_pid" >&52 ;;
    2) __tutor_f=1 ;;
    esac
    IFS=' ' \command read -r -u 51 __tutor_m || { \command trap - EXIT; \command exit 1; }
    case $__tutor_m in
    A) \command exec >&53 2>&1; . "@/ahead/A"; continue ;;
    B) \command exec >&55 2>&1; . "@/ahead/B"; continue ;;
    C) \command exec >&57 2>&1; . "@/ahead/C"; continue ;;
    D) \command exec >&59 2>&1; . "@/ahead/D"; continue ;;
    E) \command exec >&53 2>&54; . "@/ahead/A"; continue ;;
    F) \command exec >&55 2>&56; . "@/ahead/B"; continue ;;
    G) \command exec >&57 2>&58; . "@/ahead/C"; continue ;;
    H) \command exec >&59 2>&60; . "@/ahead/D"; continue ;;
    '=') . "@/step"; continue ;;
    b) \command exec >|"@/o" 2>|"@/e"; . "@/step"; continue ;;
    a) \command exec >|"@/o" 2>&1; . "@/step"; continue ;;
    o) \command exec 53<>"@/oA" 54<>"@/eA" 55<>"@/oB" 56<>"@/eB" 57<>"@/oC" 58<>"@/eC" 59<>"@/oD" 60<>"@/eD"; __tutor_f=2; continue ;;
    esac
    ;;
  esac"#;

/// Opens those descriptors, far above the ones that people use; where the limit of open files is lower, never mind.
const OPEN: &str = r#"
{ \command exec 51<>"@/q" 52<>"@/r" && __tutor_n=1; } 2>/dev/null || \command :"#;

const LOOP: &str = r#"\command set +ex
@own_id
@exit__tutor_f= __tutor_n=@open
while case x in x) ;; esac; do@fast
  \command set +ex
  case $__tutor_f in
  1) __tutor_f= __tutor_k= ;;
  *)
    case $__tutor_k in '') ;; *) @print "$__tutor_k $__tutor_s $__tutor_pid" >|"@/r" ;; esac
    IFS=' ' \command read -r __tutor_m <"@/q" || { \command trap - EXIT; \command exit 1; }
    ;;
  esac
  __tutor_k= __tutor_s=0
  case $__tutor_m in
  t) __tutor_k=trap; \command trap >|"@/traps"; continue ;;
  [A-Ho]) continue ;;
  esac
  \command trap '{ __tutor_s=$?; \command set +x; } 2>/dev/null; __tutor_k=death; (@fork. "@/loop") </dev/null >/dev/null 2>&1; \command exit $?' EXIT
  __tutor_k=end
  case $__tutor_m in
  '=') __tutor_f=$__tutor_n; \command set -e; . "@/step"; __tutor_s=$?; continue ;;
  2 | b) \command exec >|"@/o" 2>|"@/e" </dev/null ;;
  1 | a) \command exec >|"@/o" 2>&1 </dev/null ;;
  4) \command exec >|"@/o" 2>|"@/e" <"@terminal" ;;
  3) \command exec >|"@/o" 2>&1 <"@terminal" ;;
  5) \command exec >|"@terminal" 2>&1 <"@terminal" ;;
  esac
  \command set -e
  . "@/step"
  { __tutor_s=$?; \command set +ex; } 2>/dev/null
done
"#;

/// What is run before the first step: what makes the shell behave as `-e` promises.
pub(super) fn prelude(shell: Shell) -> &'static str {
    match shell {
        // Aliases as on a terminal; `-e` inside `$(…)` too.
        Shell::Bash => "shopt -s expand_aliases inherit_errexit 2>/dev/null\n",
        Shell::Zsh => zsh::PRELUDE,
        _ => "",
    }
}
