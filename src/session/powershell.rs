//! The loop of a session's PowerShell: it runs one step after another in itself, so that variables, functions and the
//! location live on. Pure; the same on every system but for how a request comes in and an answer goes out.
//!
//! Built after Microsoft's documentation (`about_Scripts`, `about_Preference_Variables`, `about_Language_Keywords`, `about_Pwsh`), for
//! PowerShell 7 and Windows PowerShell 5.1. No PowerShell could be had to run it with: see `docs/shells.md`.
//!
//! A step is a file that is dot-sourced: `exit` in it ends that file alone, and then the line that is put behind the
//! step's own text does not run. An error that stops it comes to the loop's `catch`. From 7.4 on
//! `$PSNativeCommandUseErrorActionPreference` makes an error of a program's status; before that a test is put behind each statement
//! of the step.

/// The files of the loop and of a step: PowerShell runs none whose name ends otherwise.
pub(super) const LOOP_FILE: &str = "loop.ps1";
pub(super) const STEP_FILE: &str = "step.ps1";

/// What makes a PowerShell start without a profile and ask nothing. The file of the loop follows.
pub(super) const ARGUMENTS: [&str; 4] = ["-NoLogo", "-NoProfile", "-NonInteractive", "-File"];

/// The loop. `@read` gives the next request (an empty one, or none: the end), `@answer` sends `$__tutor_line`.
const LOOP: &str = r#"$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$OutputEncoding = [Console]::OutputEncoding = [Console]::InputEncoding = New-Object System.Text.UTF8Encoding $false
if (Test-Path Variable:PSStyle) { $PSStyle.OutputRendering = 'PlainText' }
$__tutor_native = $PSVersionTable.PSVersion -ge [version]'7.4'
function __tutor_tested([string]$text) {
  $errors = $null
  $tree = [System.Management.Automation.Language.Parser]::ParseInput($text, [ref]$null, [ref]$errors)
  if ($errors -or -not $tree.EndBlock) { return $text }
  $statements = @($tree.EndBlock.Statements)
  [array]::Reverse($statements)
  foreach ($statement in $statements) {
    if ($statement -isnot [System.Management.Automation.Language.PipelineBaseAst]) { continue }
    $text = $text.Insert($statement.Extent.EndOffset,
      '; if (-not $?) { exit $(if ($LASTEXITCODE) { $LASTEXITCODE } else { 1 }) }')
  }
  return $text
}
while ($true) {
  $__tutor_request = @read
  if (-not $__tutor_request) { exit 0 }
  $__tutor_end = $false
  $__tutor_status = 0
  $global:LASTEXITCODE = 0
  try {
    $ErrorActionPreference = 'Stop'
    if ($__tutor_native) {
      $PSNativeCommandUseErrorActionPreference = $true
      $__tutor_file = '@step'
    } else {
      $__tutor_file = '@step'.Replace('.ps1', '-tested.ps1')
      $__tutor_text = __tutor_tested ([System.IO.File]::ReadAllText('@step'))
      [System.IO.File]::WriteAllText($__tutor_file, $__tutor_text, (New-Object System.Text.UTF8Encoding $true))
    }
    . $__tutor_file | Out-Default
    if (-not $__tutor_end) { $__tutor_status = $LASTEXITCODE }
  } catch {
    [Console]::Error.WriteLine(($_ | Out-String).Trim())
    $__tutor_status = if ($_.Exception.GetType().Name -eq 'NativeCommandExitException') { $LASTEXITCODE } else { 1 }
  }
  [Console]::Out.Flush()
  [Console]::Error.Flush()
  $PSNativeCommandUseErrorActionPreference = $false
  $__tutor_line = "end $([int]$__tutor_status) $PID"
  @answer
}
"#;

/// Behind the text of each step: it has come to its end.
const END: &str = "$__tutor_end = $true";

/// `text` as a step.
pub(super) fn as_step(text: &str) -> String {
    format!("{}\n{END}\n", text.trim_end_matches('\n'))
}

/// The loop that finds each step in the file `step`, whose name ends in `.ps1`.
pub(super) fn text(step: &str, read: &str, answer: &str) -> String {
    LOOP.replace("@step", &quoted_inner(step)).replace("@read", read).replace("@answer", answer)
}

/// `text` as one word that means just this.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", quoted_inner(text))
}

/// The same of bytes, which need not be text.
#[cfg(any(unix, test))]
pub(super) fn quoted_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut word = vec![b'\''];
    for chunk in bytes.utf8_chunks() {
        word.extend_from_slice(quoted_inner(chunk.valid()).as_bytes());
        word.extend_from_slice(chunk.invalid());
    }
    word.push(b'\'');
    word
}

/// The beginning of a line that gives a variable of the environment the value that follows, a quoted word. In braces a name
/// can be any, `ProgramFiles(x86)` too (`about_Variables`).
pub(super) fn assigning(name: &str) -> String {
    let mut out = String::from("${env:");
    for letter in name.chars() {
        if matches!(letter, '{' | '}' | '`') {
            out.push('`');
        }
        out.push(letter);
    }
    out.push_str("} = ");
    out
}

/// The line that removes a variable from the environment, where it is there. It is no statement behind which the loop would put
/// its test.
pub(super) fn removing(name: &str) -> String {
    format!(
        "if ($true) {{ Remove-Item -ErrorAction Ignore -LiteralPath {} }}",
        quoted(&format!("Env:{name}"))
    )
}

/// The beginning and the end of a line that changes to the directory between them, a quoted word, where it is there. It is not
/// tested either.
pub(super) const GOING: [&str; 2] = ["if ($true) { Set-Location -ErrorAction Ignore -LiteralPath ", " }"];

/// The quotation marks that PowerShell takes for a plain one are doubled too.
fn quoted_inner(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}') {
            out.push(letter);
        }
        out.push(letter);
    }
    out
}

/// The commands that write the environment to the file `variables`, an entry each with a NUL behind it, and the directory to
/// the file `directory`.
pub(super) fn telling(variables: &str, directory: &str) -> String {
    format!(
        "[System.IO.File]::WriteAllText({}, (-join @(Get-ChildItem Env: | ForEach-Object {{ \"$($_.Name)=$($_.Value)`0\" }})))\n\
         [System.IO.File]::WriteAllText({}, \"$((Get-Location -PSProvider FileSystem).ProviderPath)`n\")",
        quoted(variables),
        quoted(directory)
    )
}

#[cfg(test)]
mod tests {
    use super::{END, as_step, assigning, quoted, quoted_bytes, removing, telling, text};

    #[test]
    fn paths_are_what_they_are() {
        for (path, word) in
            [("/tmp/a", "'/tmp/a'"), ("C:\\it's", "'C:\\it''s'"), ("\u{2019}$x`", "'\u{2019}\u{2019}$x`'")]
        {
            assert_eq!(quoted(path), word);
            assert_eq!(quoted_bytes(path.as_bytes()), word.as_bytes());
        }
        assert_eq!(quoted_bytes(b"\xff'"), b"'\xff'''");
        assert_eq!(as_step("a\n\n"), "a\n$__tutor_end = $true\n");
        assert_eq!(assigning("ProgramFiles(x86)"), "${env:ProgramFiles(x86)} = ");
        assert_eq!(assigning("a}`"), "${env:a`}``} = ");
        assert_eq!(removing("A'"), "if ($true) { Remove-Item -ErrorAction Ignore -LiteralPath 'Env:A''' }");
        let loop_text = text("C:\\it's\\step.ps1", "[Console]::In.ReadLine()", "Send $__tutor_line");
        assert!(loop_text.contains("$__tutor_file = 'C:\\it''s\\step.ps1'\n"), "{loop_text}");
        assert!(["@step", "@read", "@answer"].iter().all(|name| !loop_text.contains(name)), "{loop_text}");
        assert!(telling("/e", "/d").contains("WriteAllText('/e'"));
    }

    /// What an unbalanced loop would do, nothing here could tell.
    #[test]
    fn blocks_and_quotes_are_closed() {
        let loop_text = text("/s.ps1", "(Read)", "Send");
        for (open, close) in [('{', '}'), ('(', ')'), ('[', ']')] {
            assert_eq!(loop_text.matches(open).count(), loop_text.matches(close).count(), "{open}");
        }
        assert_eq!(loop_text.matches('\'').count() % 2, 0);
        assert_eq!(loop_text.matches('"').count() % 2, 0);
        // The line behind the step names what the loop looks at.
        assert!(loop_text.contains(END.split(' ').next().unwrap()));
    }
}
