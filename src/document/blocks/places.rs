//! Which platforms a part of a page is for, and on which of the page's runs that is.

use crate::{
    document::{Runs, Variant, model::covers_all},
    platform::Platform,
    source::{SourceId, Span, Spanned},
};

/// Where a block stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    /// The platforms that it is for, a system's name standing for all its variants; `None`: all of the page's.
    pub(super) platforms: Option<Vec<Platform>>,
    /// The tab that it stands in.
    pub(super) tab: Option<Span>,
    /// Its own `platform=`.
    pub(super) attribute: Option<Span>,
    /// Whether one of these two says where it is. In an included tutorial those around its comment do not count.
    pub(super) placed: bool,
    /// The nearest comment around it that includes a tutorial.
    pub(super) include: Option<Include>,
    /// That tutorial.
    pub(super) tutorial: Option<SourceId>,
}

/// A comment that includes a tutorial.
#[derive(Clone, Copy, Debug)]
pub(super) struct Include {
    /// Its number among those of the page, in the order in which they are read.
    pub(super) number: usize,
    /// Itself.
    pub(super) comment: Span,
}

impl Place {
    /// What says where a block is that stands on this line.
    pub(super) fn main(&self, line: Span) -> Span {
        self.attribute.or(self.tab).unwrap_or(line)
    }

    /// What is for `platforms` too.
    pub(super) fn narrowed(&self, platforms: &[Spanned<Platform>]) -> Vec<Platform> {
        let named = platforms.iter().map(|platform| &platform.value);
        match &self.platforms {
            None => named.cloned().collect(),
            Some(outer) => {
                let mut both: Vec<Platform> = Vec::new();
                for platform in named {
                    both.extend(outer.iter().filter_map(|outer| meet(outer, platform)));
                }
                both
            }
        }
    }
}

/// What both names mean.
fn meet(one: &Platform, other: &Platform) -> Option<Platform> {
    if covers(one, other) { Some(other.clone()) } else { covers(other, one).then(|| one.clone()) }
}

/// Whether what is for `name` is for `platform`.
fn covers(name: &Platform, platform: &Platform) -> bool {
    name.system == platform.system && (name.variant.is_none() || name.variant == platform.variant)
}

/// The runs of a page.
#[derive(Debug)]
pub(super) struct Variants {
    /// The platforms that it names, each a run of its own.
    pub(super) platforms: Vec<Platform>,
    /// All its runs.
    pub(super) all: Runs,
}

impl Variants {
    /// The runs of a page whose front matter names `front`, and whose tabs and attributes name `named`. A system is all
    /// its variants where the page names any; of runs that are too many, the last are left out.
    pub(super) fn new(front: &[Spanned<Platform>], named: &[Platform]) -> Self {
        let every: Vec<&Platform> = front.iter().map(|platform| &platform.value).chain(named).collect();
        let from: Vec<&Platform> = if front.is_empty() {
            every.clone()
        } else {
            front.iter().map(|platform| &platform.value).collect()
        };
        let mut platforms: Vec<Platform> = Vec::new();
        for platform in from {
            let variants: Vec<&Platform> = every
                .iter()
                .copied()
                .filter(|other| other.system == platform.system && other.variant.is_some())
                .collect();
            let own =
                if platform.variant.is_some() || variants.is_empty() { vec![platform] } else { variants };
            for platform in own {
                if !platforms.contains(platform) && platforms.len() + 1 < Variant::MOST {
                    platforms.push(platform.clone());
                }
            }
        }
        let elsewhere = usize::from(front.is_empty() && !covers_all(&platforms));
        let all = (0..platforms.len() + elsewhere)
            .map(|index| Runs::only(Variant::new(index)))
            .fold(Runs::NONE, Runs::or);
        Self { platforms, all }
    }

    /// The runs that a place is part of.
    pub(super) fn of(&self, place: &Place) -> Runs {
        let Some(names) = &place.platforms else { return self.all };
        let is = |platform: &Platform| names.iter().any(|name| covers(name, platform));
        let own = self.platforms.iter().enumerate().filter(|(_, platform)| is(platform));
        own.map(|(index, _)| Runs::only(Variant::new(index))).fold(Runs::NONE, Runs::or)
    }

    /// Which platforms the page has, for a help.
    pub(super) fn named(&self) -> String {
        let names: Vec<String> = self.platforms.iter().map(ToString::to_string).collect();
        format!("the page's platforms are {}", names.join(", "))
    }

    /// ` on macos and linux`, where these are not all runs; else nothing.
    pub(super) fn on(&self, runs: Runs) -> String {
        if self.all.without(runs).is_empty() {
            return String::new();
        }
        let names: Vec<String> = runs
            .iter()
            .map(|run| {
                self.platforms.get(run.index()).map_or("other platforms".to_owned(), ToString::to_string)
            })
            .collect();
        match names.split_last() {
            Some((only, [])) => format!(" on {only}"),
            Some((last, rest)) => format!(" on {} and {last}", rest.join(", ")),
            None => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, Variants};
    use crate::{
        platform::Platform,
        source::{Sources, Span, Spanned},
    };

    fn spanned(names: &[&str]) -> Vec<Spanned<Platform>> {
        let id = Sources::new().add("p.md", "");
        let expand = |name: &&str| Platform::expand(name).unwrap();
        names.iter().flat_map(expand).map(|one| Spanned::new(one, Span::new(id, 0..0))).collect()
    }

    fn plain(names: &[&str]) -> Vec<Platform> {
        spanned(names).into_iter().map(|platform| platform.value).collect()
    }

    #[test]
    fn the_runs_of_a_page() {
        let cases: [(&[&str], &[&str], &str); 8] = [
            (&[], &[], ""),
            (&["linux", "macos"], &[], "linux macos"),
            (&[], &["macos", "unix"], "macos linux"),
            (
                &["windows", "linux"],
                &["windows/cmd", "windows/powershell"],
                "windows/cmd windows/powershell linux",
            ),
            (&["windows/cmd"], &["windows"], "windows/cmd"),
            (&[], &["windows", "windows/cmd"], "windows/cmd"),
            (&["linux"], &["macos"], "linux"),
            (&["windows", "windows/cmd"], &["windows/a"], "windows/cmd windows/a"),
        ];
        for (front, named, expected) in cases {
            let variants = Variants::new(&spanned(front), &plain(named));
            let names: Vec<String> = variants.platforms.iter().map(ToString::to_string).collect();
            assert_eq!(names.join(" "), expected, "{front:?} {named:?}");
            let elsewhere = usize::from(front.is_empty());
            assert_eq!(variants.all.iter().count(), names.len() + elsewhere);
        }
        // Where every system is named, there is no other.
        assert_eq!(Variants::new(&[], &plain(&["windows/cmd", "unix"])).all.iter().count(), 3);
    }

    #[test]
    fn a_part_is_on_the_runs_that_all_around_it_are_on() {
        let cases: [(&[&str], &[&str], &str); 5] = [
            (&["unix"], &["linux"], " on linux"),
            (&["windows"], &["windows/cmd"], " on windows/cmd"),
            (&["windows/cmd"], &["windows", "macos"], " on windows/cmd"),
            (&["macos"], &["linux"], ""),
            (&["unix"], &["windows", "unix"], " on macos and linux"),
        ];
        let variants = Variants::new(&spanned(&["windows/cmd", "windows/powershell", "unix"]), &[]);
        for (tab, attribute, expected) in cases {
            let tab = Place { platforms: Some(Place::default().narrowed(&spanned(tab))), ..Place::default() };
            let both = Place { platforms: Some(tab.narrowed(&spanned(attribute))), ..Place::default() };
            assert_eq!(variants.on(variants.of(&both)), expected, "{tab:?} {attribute:?}");
        }
        assert_eq!(variants.on(variants.of(&Place::default())), "");
    }
}
