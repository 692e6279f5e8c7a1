//! Secrets: each names a placeholder, is long enough to be hidden, and stands nowhere else on the page.

use crate::{
    diagnostic::{Diagnostic, nearest},
    document::{Document, FrontMatter, Placeholder, PlaceholderValue, Runs, texts::Texts},
    source::{Sources, Span, Spanned},
};

/// What is shorter stands in outputs by chance, and hiding it would hide them.
const MIN_SECRET: usize = 8;
/// So many places are shown; the author gets the idea.
const MAX_PLACES: usize = 5;

/// Reports secrets that are none.
pub(in crate::document) fn check(
    document: &Document,
    texts: &Texts,
    sources: &Sources,
    found: &mut Vec<Diagnostic>,
) {
    for front in document.fronts(Runs::ALL) {
        for secret in &front.secrets {
            match front.placeholders.iter().find(|placeholder| placeholder.name.value == secret.value) {
                None => found.push(unknown(secret, &front.placeholders)),
                Some(Placeholder { value: PlaceholderValue::Text(value), .. }) => {
                    let declared = declarations(secret, &document.front, texts);
                    let on_page = || elsewhere(secret, value, &declared, texts, sources);
                    found.extend(too_short(secret, value).or_else(on_page));
                }
                Some(Placeholder { value: PlaceholderValue::Env(_), .. }) => {}
            }
        }
    }
}

/// Where the page and the tutorials that it includes give the secret its value.
fn declarations(secret: &Spanned<String>, own: &FrontMatter, texts: &Texts) -> Vec<Span> {
    let all = texts.fronts().map(|(_, front)| front).chain([own]).flat_map(|front| &front.placeholders);
    all.filter(|placeholder| placeholder.name.value == secret.value)
        .filter_map(|placeholder| match &placeholder.value {
            PlaceholderValue::Text(value) => Some(value.span),
            PlaceholderValue::Env(_) => None,
        })
        .collect()
}

fn unknown(secret: &Spanned<String>, declared: &[Placeholder]) -> Diagnostic {
    let message = format!("the secret `{}` is no placeholder of this page", secret.value);
    let error = Diagnostic::error("unknown-secret", message, secret.span, "not under `placeholders`");
    match nearest(&secret.value, declared.iter().map(|placeholder| placeholder.name.value.as_str())) {
        Some(near) => error.help(format!("did you mean `{near}`?")).suggest(secret.span, near),
        None => error.help("declare it under `placeholders`"),
    }
}

fn too_short(secret: &Spanned<String>, value: &Spanned<String>) -> Option<Diagnostic> {
    let length = value.value.chars().count();
    (length < MIN_SECRET).then(|| {
        let message = format!("the value of the secret `{}` is too short to be hidden", secret.value);
        let label = format!("{length} of at least {MIN_SECRET} characters");
        Diagnostic::error("short-secret", message, value.span, label)
            .also(secret.span, "declared secret here")
            .help("choose a longer value: what is short also stands in outputs by chance")
    })
}

/// The places outside of its declaration where the value stands, on the page and in the files that it includes.
fn elsewhere(
    secret: &Spanned<String>,
    value: &Spanned<String>,
    declared: &[Span],
    texts: &Texts,
    sources: &Sources,
) -> Option<Diagnostic> {
    let text = value.value.as_str();
    let mut places = texts.files().flat_map(|file| {
        let found = sources.get(file).text().match_indices(text);
        found.map(move |(at, _)| Span::new(file, at..at + text.len()))
    });
    let apart = |place: &Span, declared: &Span| {
        place.source != declared.source || place.end <= declared.start || declared.end <= place.start
    };
    let mut places = places.by_ref().filter(|place| declared.iter().all(|declared| apart(place, declared)));
    let first = places.next()?;
    let message = format!("the value of the secret `{}` stands on the page", secret.value);
    let error = Diagnostic::error("secret-on-page", message, first, "everyone can read it here");
    let error = places.take(MAX_PLACES - 1).fold(error, |error, place| error.also(place, "and here"));
    Some(
        error
            .also(value.span, "its declaration")
            .help(format!("write `{}` there; a run puts the value in", secret.value)),
    )
}
