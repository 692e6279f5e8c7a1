//! What one types, as a batch file says it: at the prompt a `%` that begins no variable is just a `%`.

/// `text` as a batch file that does what the interpreter does with `text` at its prompt. A variable that is not set is empty
/// there, where the prompt keeps its name.
pub(super) fn as_batch(text: &str) -> String {
    let counters = counters(text);
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        line_as_batch(line, &counters, &mut out);
    }
    out
}

fn line_as_batch(line: &str, counters: &[char], out: &mut String) {
    let mut rest = line;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = if is_counter(&rest[1..], counters) { 0 } else { variable(rest) };
        if length == 0 {
            out.push_str("%%");
            rest = &rest[1..];
        } else {
            out.push_str(&rest[..length]);
            rest = &rest[length..];
        }
    }
    out.push_str(rest);
}

/// The letters that the text's `for` loops count by.
fn counters(text: &str) -> Vec<char> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for (at, _) in lower.match_indices('%') {
        let mut after = lower[at + 1..].chars();
        let Some(letter) = after.next() else { continue };
        let rest = after.as_str().trim_start();
        let is_loop = rest.strip_prefix("in").is_some_and(|rest| rest.trim_start().starts_with('('));
        if is_loop && after.as_str().starts_with([' ', '\t']) {
            // Letter case counts here.
            found.extend(text[at + 1..].chars().next().filter(|_| !letter.is_whitespace()));
        }
    }
    found
}

/// Whether `rest`, which follows a `%`, is a loop's letter, and not the name of a variable.
fn is_counter(rest: &str, counters: &[char]) -> bool {
    let letter = if let Some(modified) = rest.strip_prefix('~') {
        return modified.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '$' || c == ':')
            != modified;
    } else {
        rest.chars().next()
    };
    let Some(letter) = letter.filter(|letter| counters.contains(letter)) else { return false };
    // `%ia%` is a variable, `%i` and `%i-x` are not.
    let after = &rest[letter.len_utf8()..];
    let name = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(after.len());
    name == 0 || !after[name..].starts_with('%')
}

/// The length of the variable that `text` begins with, `%NAME%` or `%NAME:…%`; 0 where it is none.
fn variable(text: &str) -> usize {
    let name = &text[1..];
    let length = name.find(|c: char| !(c.is_ascii_alphanumeric() || "_()#$.-".contains(c))).unwrap_or(0);
    match name[length..].chars().next() {
        Some('%') if length > 0 => length + 2,
        Some(':') if length > 0 => {
            let rest = &name[length..];
            let end = rest.find(['%', '\n']).filter(|&end| rest[end..].starts_with('%'));
            end.map_or(0, |end| 1 + length + end + 1)
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::as_batch;

    #[test]
    fn a_typed_percent_sign_is_one() {
        let cases = [
            ("echo %PATH% 100%", "echo %PATH% 100%%"),
            ("for %i in (a b) do echo %i", "for %%i in (a b) do echo %%i"),
            (
                "for %i in (*.pem) do echo %~nxi %include% %i%",
                "for %%i in (*.pem) do echo %%~nxi %include% %%i%%",
            ),
            ("for /f %A in ('a') do (\necho %A-%B%\n)", "for /f %%A in ('a') do (\necho %%A-%B%\n)"),
            // What the prompt would refuse is refused.
            ("for %%i in (a) do echo %%i", "for %%%%i in (a) do echo %%%%i"),
            ("echo %X:a=b% %X:~0,3% %X:", "echo %X:a=b% %X:~0,3% %%X:"),
            ("echo %ProgramFiles(x86)%\r\n%", "echo %ProgramFiles(x86)%\r\n%%"),
            ("echo %1 %* %%", "echo %%1 %%* %%%%"),
        ];
        for (typed, batch) in cases {
            assert_eq!(as_batch(typed), batch, "{typed:?}");
        }
    }
}
