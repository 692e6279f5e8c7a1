//! The program run for real: each rule of the language with a page that passes and one that fails.
#![cfg(unix)]

mod ahead;
mod certificates;
mod certificates_disk;
mod certificates_openssl;
mod certificates_secrets;
mod certificates_tls;
mod conformance;
mod conformance_cmd;
mod ending;
#[cfg(target_os = "linux")]
mod faults;
mod flags;
mod harness;
mod insta;
#[cfg(target_os = "linux")]
mod killed;
mod language;
mod language_answers;
mod language_blocks;
mod language_files;
mod language_front;
mod language_output;
mod language_pages;
mod language_placeholders;
mod language_platforms;
mod language_recordings;
mod language_requires;
mod language_rules;
mod language_run;
mod language_sessions;
mod language_terminal;
mod language_transcripts;
#[cfg(target_os = "linux")]
mod machine;
mod merging;
mod mutants;
mod page_for_windows;
mod parallel;
mod passing;
mod powershell;
mod probes;
mod probes_servers;
mod prompts;
mod provided;
mod recordings;
#[cfg(target_os = "linux")]
mod relocation;
mod repeat;
mod review;
mod review_pages;
mod screen;
mod secrets;
mod secrets_forms;
mod services;
mod session;
mod since;
mod stream;
mod unused;
mod variants;
mod wine;
mod write_back;
mod write_back_pending;
mod write_back_whole;
