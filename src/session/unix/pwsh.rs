//! A session's PowerShell on Unix. It cannot send its own streams elsewhere, so they are opened before it starts; what of
//! both is to be one is put together by who reads them.

use std::path::Path;

use crate::session::powershell::{self, STEP_FILE};

/// The loop whose files are in `directory`. .NET opens FIFOs in its own way (it locks and truncates them): `sh`
/// reads the requests and writes the answers.
pub(super) fn text(directory: &Path) -> String {
    let step = directory.join(STEP_FILE).to_string_lossy().into_owned();
    let sh = |command: String| format!("(& /bin/sh -c {})", powershell::quoted(&command));
    let file = |name: &str| directory.join(name).to_string_lossy().into_owned();
    let read = sh(format!("IFS= read -r m <\"{}\" && echo \"$m\"", file("q")));
    let answer = format!(
        "& /bin/sh -c {} sh $__tutor_line",
        powershell::quoted(&format!("printf '%s\\n' \"$1\" >\"{}\"", file("r")))
    );
    powershell::text(&step, &read, &answer)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn the_loop_names_its_files() {
        let text = super::text(Path::new("/dev/shm/tutor-a/pwsh"));
        assert!(
            text.contains(
                r#"& /bin/sh -c 'printf ''%s\n'' "$1" >"/dev/shm/tutor-a/pwsh/r"' sh $__tutor_line"#
            ),
            "{text}"
        );
        assert!(text.contains("ReadAllText('/dev/shm/tutor-a/pwsh/step.ps1')"), "{text}");
    }
}
