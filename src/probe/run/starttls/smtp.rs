//! SMTP (RFC 5321), and STARTTLS in it (RFC 3207).

use std::io::Write as _;

use super::Odd;
use crate::probe::{
    Expect,
    run::{
        line::Line,
        verdict::{Verdict, said},
    },
};

/// The longest reply that is read, all its lines.
const LONGEST: usize = 16 * 1024;

/// A reply: its code, and its lines' texts.
struct Reply {
    code: u16,
    lines: Vec<Vec<u8>>,
}

impl Reply {
    fn text(&self) -> String {
        said(&self.lines.join(&b' '))
    }
}

fn reply(line: &mut Line<'_>) -> Result<Reply, Odd> {
    let strange = || Odd::strange("what answers speaks no SMTP");
    let mut lines = Vec::new();
    let (mut row, mut read) = (Vec::new(), 0);
    loop {
        let byte = line.byte()?;
        read += 1;
        if read > LONGEST {
            return Err(strange());
        }
        // Nobody need wait for the end of what begins otherwise.
        if row.len() < 3 && !byte.is_ascii_digit() {
            return Err(strange());
        }
        if byte != b'\n' {
            row.push(byte);
            continue;
        }
        let row = std::mem::take(&mut row);
        let code =
            row.get(..3).and_then(|code| std::str::from_utf8(code).ok()?.parse().ok()).ok_or_else(strange)?;
        let rest = row.get(3..).unwrap_or_default().trim_ascii_end();
        lines.push(rest.get(1..).unwrap_or_default().to_vec());
        match rest.first() {
            None | Some(b' ') => return Ok(Reply { code, lines }),
            Some(b'-') => {}
            Some(_) => return Err(strange()),
        }
    }
}

fn say(line: &mut Line<'_>, text: &str) -> Result<Reply, Odd> {
    line.write_all(format!("{text}\r\n").as_bytes())?;
    line.flush()?;
    reply(line)
}

/// The greetings of both; whether the server offers TLS.
fn greet(line: &mut Line<'_>) -> Result<bool, Odd> {
    let greeting = reply(line)?;
    if greeting.code != 220 {
        return Err(Odd::strange(format!(
            "the server refuses to talk: {} {}",
            greeting.code,
            greeting.text()
        )));
    }
    let hello = say(line, "EHLO localhost")?;
    Ok(hello.code == 250 && hello.lines.iter().any(|row| row.eq_ignore_ascii_case(b"STARTTLS")))
}

pub(super) fn begin(line: &mut Line<'_>) -> Result<(), Odd> {
    if !greet(line)? {
        // It is told that this was all.
        let _ = say(line, "QUIT");
        return Err(Odd::no_tls("the server offers no TLS"));
    }
    let ready = say(line, "STARTTLS")?;
    if ready.code == 220 {
        return Ok(());
    }
    let _ = say(line, "QUIT");
    Err(Odd::no_tls(format!("the server refuses STARTTLS: {} {}", ready.code, ready.text())))
}

pub(super) fn plain(line: &mut Line<'_>) -> Result<Verdict, Odd> {
    greet(line)?;
    let taken = say(line, "MAIL FROM:<>")?;
    let text = format!("{} {}", taken.code, taken.text());
    let verdict = if wants_tls(&taken) {
        Verdict::of(Expect::PlaintextRefused, text)
    } else {
        Verdict::of(Expect::Ok, format!("without TLS the server goes on: {text}"))
    };
    let _ = say(line, "QUIT");
    Ok(verdict)
}

/// "530 Must issue a STARTTLS command first" is the standard's; some servers have words of their own.
fn wants_tls(reply: &Reply) -> bool {
    let text = reply.text().to_ascii_uppercase();
    (500..600).contains(&reply.code) && ["TLS", "ENCRYPT"].iter().any(|word| text.contains(word))
}
