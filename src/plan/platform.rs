//! On which platforms a page runs.

use super::{PlanError, Request};
use crate::{
    document::Document,
    platform::{Platform, System},
};

/// Each platform of a page, for a run on all of them; `None` stands for a page that names none. A page for any platform
/// that names some, and not the host's, also runs on the host.
#[must_use]
pub fn all(document: &Document, host: System) -> Vec<Option<Platform>> {
    let mut all: Vec<Option<Platform>> = document.platforms.iter().cloned().map(Some).collect();
    if all.is_empty() {
        return vec![None];
    }
    if document.is_for_any() && !document.platforms.iter().any(|platform| platform.system == host) {
        all.push(Some(Platform::plain(host)));
    }
    all
}

/// The page's platform for the run that is asked for; `None` where the page names none.
pub(super) fn of_run(document: &Document, request: &Request<'_>) -> Result<Option<Platform>, PlanError> {
    let named = &document.platforms;
    if named.is_empty() && document.is_for_any() {
        return Ok(None);
    }
    let Some(asked) = &request.platform else {
        let host = of_host(named, request.host).cloned();
        let any = || document.is_for_any().then(|| Platform::plain(request.host));
        return Ok(host.or_else(any).or_else(|| named.first().cloned()));
    };
    found(document, asked).map(Some).ok_or_else(|| PlanError::UnknownPlatform {
        asked: asked.clone(),
        document: request.document.clone(),
        named: named.clone(),
    })
}

/// The platform of a tutorial that runs before a page which runs on `platform`.
pub(super) fn of_earlier(
    document: &Document,
    file: &str,
    platform: Option<&Platform>,
    request: &Request<'_>,
) -> Result<Option<Platform>, PlanError> {
    if document.platforms.is_empty() && document.is_for_any() {
        return Ok(None);
    }
    let asked = platform.cloned().unwrap_or_else(|| Platform::plain(request.host));
    // A tutorial that tells no variants apart is for all of them.
    let plain = || found(document, &Platform::plain(asked.system)).filter(|found| found.variant.is_none());
    found(document, &asked).or_else(plain).map(Some).ok_or_else(|| PlanError::UnknownPlatform {
        asked: asked.clone(),
        document: file.to_owned(),
        named: document.platforms.clone(),
    })
}

/// The platform of a document that is meant by `asked`.
fn found(document: &Document, asked: &Platform) -> Option<Platform> {
    let variant = document.variant(Some(asked))?;
    Some(document.platforms.get(variant.index()).unwrap_or(asked).clone())
}

/// The host's platform among those of a page: the system itself before a variant of it.
fn of_host(named: &[Platform], host: System) -> Option<&Platform> {
    let same = || named.iter().filter(|platform| platform.system == host);
    same().find(|platform| platform.variant.is_none()).or_else(|| same().next())
}
