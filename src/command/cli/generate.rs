//! What is made of the command line's definition: completions for shells, and manual pages.

use std::fmt::Write as _;

use clap::{Args, CommandFactory as _, builder::Resettable, error::ErrorKind};
use clap_complete::Shell;

use super::{super::options::Command, Typed};

pub(super) const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  eval \"$(tutor completions bash)\"                                       # in ~/.bashrc
  tutor completions zsh > ~/.zfunc/_tutor                                # with ~/.zfunc in $fpath
  tutor completions fish > ~/.config/fish/completions/tutor.fish
  tutor completions powershell | Out-String | Invoke-Expression          # in $PROFILE";

pub(super) const MAN_EXAMPLES: &str = "\
Examples:
  tutor man | man -l -                           read it
  tutor man > /usr/local/share/man/man1/tutor.1  install it
  tutor man run > tutor-run.1                    the page of one command";

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

#[derive(Debug, Args)]
pub(super) struct Man {
    /// The command to describe; none: the program as a whole
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

impl Completions {
    /// The script, to be printed.
    pub(super) fn resolve(self) -> Command {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Typed::command(), "tutor", &mut script);
        Command::Print(script)
    }
}

impl Man {
    /// The manual page, to be printed.
    pub(super) fn resolve(self) -> Result<Command, clap::Error> {
        let mut root = Typed::command().disable_help_subcommand(true);
        // Only then do subcommands know their full names and the flags that all of them take.
        root.build();
        let page = match &self.command {
            None => root,
            Some(name) => subcommand(&root, name)?.clone(),
        };
        let title = page.get_display_name().unwrap_or("tutor").to_owned();
        let rest = page.get_after_help().map(ToString::to_string).unwrap_or_default();
        // The crate would fill the lines of the examples like a paragraph.
        let page = page.after_help(Resettable::Reset);
        let mut text = Vec::new();
        let program = concat!("tutor ", env!("CARGO_PKG_VERSION"));
        clap_mangen::Man::new(page).title(title).source(program).manual("tutor manual").render(&mut text)?;
        let page = String::from_utf8_lossy(&text).into_owned() + &sections(&rest);
        Ok(Command::Print(ascii(&page).into_bytes()))
    }
}

/// What stands behind the options in the help, as sections of a manual page: a paragraph whose first words end in a
/// colon is a section, and lines that follow it stand as they are.
fn sections(text: &str) -> String {
    let mut roff = String::new();
    for paragraph in text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
        let (head, body) = paragraph.split_once(':').unwrap_or(("Notes", paragraph));
        let _ = writeln!(roff, ".SH \"{}\"", head.trim().to_uppercase());
        let as_it_is = body.starts_with('\n');
        if as_it_is {
            roff.push_str(".nf\n");
        }
        for line in body.trim_matches('\n').lines() {
            let line = line.trim_start().replace('\\', "\\e").replace('-', "\\-").replace('`', "\\(ga");
            // A dot or quote at the beginning would be a command.
            let _ = writeln!(roff, "\\&{line}");
        }
        if as_it_is {
            roff.push_str(".fi\n");
        }
    }
    roff
}

/// The page in the only characters that every `man` takes, whatever the locale.
fn ascii(roff: &str) -> String {
    roff.chars().fold(String::with_capacity(roff.len()), |mut text, char| {
        if char.is_ascii() {
            text.push(char);
        } else {
            let _ = write!(text, "\\[u{:04X}]", u32::from(char));
        }
        text
    })
}

fn subcommand<'r>(root: &'r clap::Command, name: &str) -> Result<&'r clap::Command, clap::Error> {
    if let Some(found) = root.get_subcommands().find(|command| command.get_name() == name) {
        return Ok(found);
    }
    let names: Vec<&str> = root.get_subcommands().map(clap::Command::get_name).collect();
    let message = match crate::diagnostic::nearest(name, names.iter().copied()) {
        Some(near) => format!("there is no command `{name}`; did you mean `{near}`?"),
        None => format!("there is no command `{name}`; the commands are {}", names.join(", ")),
    };
    Err(Typed::command().error(ErrorKind::InvalidValue, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(command: Option<&str>) -> Result<String, String> {
        match (Man { command: command.map(str::to_owned) }).resolve() {
            Ok(Command::Print(text)) => Ok(String::from_utf8(text).unwrap()),
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn a_page_for_each_command() {
        assert!(page(None).unwrap().contains("tutor\\-run(1)"));
        for command in Typed::command().get_subcommands() {
            let text = page(Some(command.get_name())).unwrap();
            assert!(text.contains(&format!(".TH tutor-{} 1", command.get_name())), "{text}");
        }
        assert!(page(Some("chek")).unwrap_err().contains("did you mean `check`?"));
        assert!(page(Some("zzzzz")).unwrap_err().contains("the commands are run, check"));
    }
}
