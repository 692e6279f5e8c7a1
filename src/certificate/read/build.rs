//! What the block says, once nothing in it is wrong.

use super::{
    checks::levels,
    claims::ExpectTable,
    link::Links,
    tables::{Body, Page, Table},
};
use crate::certificate::{At, Bad, Block, Ca, Crl, Expect, Item, Kind, Leaf, Request, Use};

/// The whole block. `None` where a placeholder without a value stands in the place of an id.
pub(super) fn build(page: Page, links: &Links) -> Option<Block> {
    let levels = levels(&page, links);
    let uses = uses(&page, links);
    let expects =
        page.expects.into_iter().zip(&links.verify).map(|(expect, verify)| claim(expect, *verify, &uses));
    let expects = expects.collect::<Option<Vec<Expect>>>()?;
    let items = page.items.into_iter().enumerate().map(|(index, table)| item(table, index, links, &levels));
    Some(Block {
        dir: page.dir,
        replace: page.replace,
        items: items.collect::<Option<Vec<Item>>>()?,
        expects,
    })
}

fn item(table: Table, index: usize, links: &Links, levels: &[usize]) -> Option<Item> {
    let issuer = links.issuer[index];
    let kind = match table.body {
        Body::Ca(ca) => {
            if ca.issuer.is_some() && issuer.is_none() {
                return None;
            }
            let below = u8::try_from(levels[index]).unwrap_or(u8::MAX);
            Kind::Ca(Ca {
                subject: ca.subject.subject(),
                issuer,
                key: ca.key,
                days: ca.days,
                path_length: ca.path_length.map_or(below, |length| length.value),
                permit: ca.permit,
                password: ca.password,
                existing: ca.existing,
                key_file: ca.key_file,
                crt_file: ca.crt_file,
            })
        }
        Body::Leaf(leaf) => {
            let at = leaf.issuer?.at;
            let subject = leaf.subject.subject();
            let request = match leaf.csr {
                Some(csr) => Request::Csr(csr),
                None => Request::New { subject, key: leaf.key, password: leaf.password },
            };
            Kind::Leaf(Leaf {
                issuer: At { value: issuer?, at },
                request,
                names: leaf.names,
                uses: leaf.uses,
                days: leaf.days,
                mongodb_member: leaf.profile.is_some(),
                files: leaf.files,
            })
        }
        Body::Bad(bad) => Kind::Bad(Bad {
            from: At { value: links.from[index]?, at: bad.from?.at },
            fault: bad.fault?,
            files: bad.files,
        }),
        Body::Crl(list) => Kind::Crl(Crl {
            ca: issuer?,
            revoke: links.revoke[index].clone(),
            days: list.days,
            file: list.file,
        }),
    };
    Some(Item { id: table.id, kind })
}

/// As what each leaf or bad one presents itself where a claim does not say it.
fn uses(page: &Page, links: &Links) -> Vec<Use> {
    let of = |index: usize| match &page.items[index].body {
        Body::Leaf(leaf) if !leaf.uses.contains(&Use::Server) => Use::Client,
        _ => Use::Server,
    };
    (0..page.items.len()).map(|index| of(links.from[index].unwrap_or(index))).collect()
}

fn claim(expect: ExpectTable, verify: Option<usize>, uses: &[Use]) -> Option<Expect> {
    let item = verify?;
    Some(Expect {
        verify: At { value: item, at: expect.verify?.at },
        host: expect.host,
        as_: expect.role.unwrap_or(uses[item]),
        error: expect.error,
    })
}
