//! One block being made: keys, then CAs, then what they sign, then what a client says of all that.

use std::{collections::HashMap, time::SystemTime};

use rcgen::{CertificateRevocationListParams, KeyPair, RevocationReason, RevokedCertParams, SerialNumber};
use rustls_pki_types::CertificateDer;
use time::{Duration, OffsetDateTime};
use zeroize::Zeroizing;

use super::{
    Inputs, Made,
    authority::{self, Authority},
    existing, given, keys,
    product::{self, Product},
    request::{self, Asked},
    signed::{Parties, Signed},
};
use crate::certificate::{
    Algorithm, At, Block, Ca, Crl, Fault, Kind, Leaf, Name, Password, Refusal, Request,
};

/// What has been made so far, each by its item.
pub(super) struct Workshop<'b> {
    pub(super) block: &'b Block,
    inputs: &'b dyn Inputs,
    pub(super) now: OffsetDateTime,
    passwords: HashMap<usize, Zeroizing<String>>,
    keys: HashMap<usize, KeyPair>,
    /// The keys of other CAs, or of other certificates, that faults need.
    strange: HashMap<usize, KeyPair>,
    pub(super) authorities: HashMap<usize, Authority>,
    requests: HashMap<usize, Asked>,
    pub(super) signed: HashMap<usize, Signed>,
    /// Lists of revoked certificates, DER.
    pub(super) lists: HashMap<usize, Vec<u8>>,
}

impl<'b> Workshop<'b> {
    /// Looks at all that the machine could object to, before anything is made.
    pub(super) fn open(block: &'b Block, inputs: &'b dyn Inputs, now: SystemTime) -> Result<Self, Refusal> {
        if !block.replace {
            product::none_is_there(block, inputs)?;
        }
        let now = OffsetDateTime::from(now);
        let now = now.replace_nanosecond(0).unwrap_or(now);
        let mut workshop = Self {
            block,
            inputs,
            now,
            passwords: HashMap::new(),
            keys: HashMap::new(),
            strange: HashMap::new(),
            authorities: HashMap::new(),
            requests: HashMap::new(),
            signed: HashMap::new(),
            lists: HashMap::new(),
        };
        for (index, item) in block.items.iter().enumerate() {
            let password = match &item.kind {
                Kind::Ca(ca) => ca.password.as_ref(),
                Kind::Leaf(Leaf { request: Request::New { password, .. }, .. }) => password.as_ref(),
                _ => None,
            };
            if let Some(password) = password {
                workshop.passwords.insert(index, workshop.password(password)?);
            }
            if let Kind::Leaf(Leaf { request: Request::Csr(file), .. }) = &item.kind {
                workshop.requests.insert(index, request::read(file, inputs)?);
            }
        }
        for (index, item) in block.items.iter().enumerate() {
            if let Kind::Ca(ca) = &item.kind
                && ca.existing
            {
                let password = workshop.passwords.get(&index).map(|password| password.as_str());
                let loaded = existing::load(ca, password, inputs, now)?;
                workshop.authorities.insert(index, loaded);
            }
        }
        given::check(&workshop)?;
        Ok(workshop)
    }

    fn password(&self, password: &At<Password>) -> Result<Zeroizing<String>, Refusal> {
        match &password.value {
            Password::Text(text) => Ok(Zeroizing::new(text.clone())),
            Password::Env(name) => match self.inputs.env(name).map(Zeroizing::new) {
                Some(value) if value.is_empty() => Err(refused(
                    "wrong-password",
                    format!("the password in ${name} is empty"),
                    password,
                    "read from there",
                )),
                Some(value) => Ok(value),
                None => {
                    let error =
                        refused("unset-variable", format!("${name} is not set"), password, "read from there");
                    Err(Refusal {
                        help: Some(format!("set it where tutor starts: `{name}=… tutor …`")),
                        ..error
                    })
                }
            },
        }
    }

    /// The password of an item's key.
    pub(super) fn password_of(&self, index: usize) -> Option<&str> {
        self.passwords.get(&index).map(|password| password.as_str())
    }

    /// Makes everything.
    pub(super) fn make(mut self) -> Result<Made, Refusal> {
        self.make_keys()?;
        for index in 0..self.block.items.len() {
            if let Kind::Ca(_) = &self.block.items[index].kind {
                self.authority(index, 0)?;
            }
        }
        for (index, item) in self.block.items.iter().enumerate() {
            let signed = match &item.kind {
                Kind::Leaf(leaf) => self.leaf(index, leaf),
                Kind::Bad(bad) => self.bad(index, bad.from.value, bad.fault.value),
                Kind::Ca(_) | Kind::Crl(_) => continue,
            };
            let signed = signed.map_err(|why| self.broken(index, &why))?;
            self.signed.insert(index, signed);
        }
        for (index, item) in self.block.items.iter().enumerate() {
            if let Kind::Crl(crl) = &item.kind {
                let list = self.list(index, crl).map_err(|why| self.broken(index, &why))?;
                self.lists.insert(index, list);
            }
        }
        Product::of(&self)
    }

    /// All keys at once, since those of RSA take their time.
    fn make_keys(&mut self) -> Result<(), Refusal> {
        let (mut whose, mut algorithms) = (Vec::new(), Vec::new());
        for (index, item) in self.block.items.iter().enumerate() {
            let wanted = match &item.kind {
                Kind::Ca(ca) if !ca.existing => Some((false, ca.key)),
                Kind::Leaf(Leaf { request: Request::New { key, .. }, .. }) => Some((false, *key)),
                Kind::Bad(bad) => match (bad.fault.value, self.origin(bad.from.value)) {
                    (Fault::Untrusted, Some(leaf)) => {
                        Some((true, self.algorithm_of(leaf.issuer.value).unwrap_or(Algorithm::P256)))
                    }
                    (Fault::Mismatch, Some(Leaf { request: Request::New { key, .. }, .. })) => {
                        Some((true, *key))
                    }
                    _ => None,
                },
                _ => None,
            };
            if let Some((strange, algorithm)) = wanted {
                whose.push((index, strange));
                algorithms.push(algorithm);
            }
        }
        let made = keys::generate(&algorithms);
        let made = made.map_err(|why| self.broken(whose.first().map_or(0, |(index, _)| *index), &why))?;
        for ((index, strange), key) in whose.into_iter().zip(made) {
            if strange { &mut self.strange } else { &mut self.keys }.insert(index, key);
        }
        Ok(())
    }

    /// Makes the CA `index` and those above it, as far as they are not there yet.
    fn authority(&mut self, index: usize, depth: usize) -> Result<(), Refusal> {
        // The reader of blocks lets no circle through; one would end here.
        if self.authorities.contains_key(&index) || depth > self.block.items.len() {
            return Ok(());
        }
        let Kind::Ca(ca) = &self.block.items[index].kind else { return Ok(()) };
        if let Some(above) = ca.issuer {
            self.authority(above, depth + 1)?;
        }
        let by = ca.issuer.and_then(|above| self.authorities.get(&above));
        if let Some(above) = by {
            self.no_longer_than(above, &ca.days)?;
        }
        let Some(key) = self.keys.remove(&index) else { return Err(self.broken(index, "it has no key")) };
        let subject = super::receipt::subject(&ca.subject);
        let made = Authority::make(ca, key, subject, by, self.now);
        let made = made.map_err(|why| self.broken(index, &why))?;
        self.authorities.insert(index, made);
        Ok(())
    }

    pub(super) fn no_longer_than(&self, above: &Authority, days: &At<u32>) -> Result<(), Refusal> {
        let validity = super::params::Validity::of(self.now, days.value);
        if validity.is_none_or(|validity| validity.is_much_longer_than(above.until)) {
            let left = (above.until - self.now).whole_days();
            let error = refused(
                "outlives-issuer",
                "it would be valid longer than its CA".to_owned(),
                days,
                "too long",
            );
            return Err(Refusal { help: Some(format!("the CA is valid for {left} more days")), ..error });
        }
        Ok(())
    }

    fn leaf(&self, index: usize, leaf: &Leaf) -> Result<Signed, String> {
        let parties = self.parties(leaf)?;
        match &leaf.request {
            Request::New { subject, key, .. } => {
                parties.sign(subject, (self.keys.get(&index).ok_or("it has no key")?, *key))
            }
            Request::Csr(_) => {
                let asked = self.requests.get(&index).ok_or("it has no request")?;
                parties.sign_request(asked, authority::algorithm(&asked.spki))
            }
        }
    }

    fn bad(&self, index: usize, from: usize, fault: Fault) -> Result<Signed, String> {
        let leaf = self.origin(from).ok_or("it is like no leaf")?;
        let Request::New { key: algorithm, .. } = &leaf.request else {
            return Err("it is like a leaf whose key is not made here".to_owned());
        };
        let key = self.keys.get(&from).ok_or("its origin has no key")?;
        let stranger = match fault {
            Fault::Untrusted => Some(self.stranger(index, leaf)?),
            _ => None,
        };
        self.parties(leaf)?.spoil(fault, (key, *algorithm), stranger.as_ref())
    }

    /// A CA of the same name as the leaf's, that nobody trusts.
    fn stranger(&self, index: usize, leaf: &Leaf) -> Result<Authority, String> {
        let issuer = self.authorities.get(&leaf.issuer.value).ok_or("its CA was not made")?;
        let key = self.strange.get(&index).ok_or("there is no other key")?;
        let key = KeyPair::try_from(key.serialized_der()).map_err(|error| error.to_string())?;
        Authority::namesake(issuer, key, self.now)
    }

    fn parties<'p>(&'p self, leaf: &'p Leaf) -> Result<Parties<'p>, String> {
        let index = leaf.issuer.value;
        let issuer = self.authorities.get(&index).ok_or("its CA was not made")?;
        Ok(Parties {
            leaf,
            issuer,
            algorithm: self.algorithm_of(index),
            now: self.now,
            permit: self.permitted(index),
        })
    }

    /// What the key of a CA is.
    pub(super) fn algorithm_of(&self, index: usize) -> Option<Algorithm> {
        match (&self.block.items.get(index)?.kind, self.authorities.get(&index)) {
            (Kind::Ca(ca), _) if !ca.existing => Some(ca.key),
            (_, Some(made)) => authority::algorithm(&keys::public(&made.key)),
            _ => None,
        }
    }

    /// The names that a CA and those above it permit, its own first.
    fn permitted(&self, index: usize) -> Vec<Name> {
        let of = |index: usize| {
            let made = self.ca(index).map(|ca| ca.permit.as_slice()).unwrap_or_default();
            let found = self.authorities.get(&index).map(|ca| ca.permit.as_slice()).unwrap_or_default();
            made.iter().chain(found).map(|name| name.value.clone())
        };
        self.line(index).into_iter().flat_map(of).collect()
    }

    pub(super) fn ca(&self, index: usize) -> Option<&'b Ca> {
        match &self.block.items.get(index)?.kind {
            Kind::Ca(ca) => Some(ca),
            _ => None,
        }
    }

    /// The CAs from `index` up to the root.
    pub(super) fn line(&self, index: usize) -> Vec<usize> {
        let mut line = vec![index];
        let mut at = index;
        while let Some(above) = self.ca(at).and_then(|ca| ca.issuer).filter(|above| !line.contains(above)) {
            line.push(above);
            at = above;
        }
        line
    }

    /// The certificates of CAs from `index` up, the root last.
    pub(super) fn chain(&self, index: usize) -> Vec<CertificateDer<'static>> {
        self.line(index)
            .iter()
            .filter_map(|index| self.authorities.get(index))
            .map(|ca| ca.der.clone())
            .collect()
    }

    /// The leaf `index`.
    pub(super) fn origin(&self, index: usize) -> Option<&'b Leaf> {
        match &self.block.items.get(index)?.kind {
            Kind::Leaf(leaf) => Some(leaf),
            _ => None,
        }
    }

    /// The key that is written for an item: a leaf's, or a bad one's, whose certificate it may not fit.
    pub(super) fn key(&self, index: usize) -> Option<&KeyPair> {
        match &self.block.items.get(index)?.kind {
            Kind::Ca(_) => self.authorities.get(&index).map(|made| &made.key),
            Kind::Leaf(_) => self.keys.get(&index),
            Kind::Bad(bad) if bad.fault.value == Fault::Mismatch => self.strange.get(&index),
            Kind::Bad(bad) => self.keys.get(&bad.from.value),
            Kind::Crl(_) => None,
        }
    }

    /// The request of another step, that a leaf was made for.
    pub(super) fn request(&self, index: usize) -> Option<&Asked> {
        self.requests.get(&index)
    }

    fn list(&self, index: usize, crl: &Crl) -> Result<Vec<u8>, String> {
        let ca = self.authorities.get(&crl.ca).ok_or("its CA was not made")?;
        let mut revoked_certs = Vec::new();
        for item in self.revoked(crl) {
            let signed = self.signed.get(&item).ok_or("what it revokes was not made")?;
            revoked_certs.push(RevokedCertParams {
                serial_number: SerialNumber::from_slice(&product::serial(&signed.der)?),
                revocation_time: self.now - Duration::minutes(1),
                reason_code: Some(RevocationReason::Superseded),
                invalidity_date: None,
            });
        }
        let this_update = self.now - Duration::minutes(1);
        let params = CertificateRevocationListParams {
            this_update,
            next_update: this_update
                .checked_add(Duration::days(crl.days.value.into()))
                .ok_or("no calendar goes so far")?,
            crl_number: SerialNumber::from_slice(&(1 + index as u64).to_be_bytes()),
            issuing_distribution_point: None,
            revoked_certs,
            key_identifier_method: ca.key_id()?,
        };
        let list = params.signed_by(&ca.issuer()?).map_err(|error| error.to_string())?;
        Ok(list.der().to_vec())
    }

    /// The items on a list: those that it names, then those whose fault it is to be there.
    pub(super) fn revoked(&self, crl: &Crl) -> Vec<usize> {
        let mut revoked: Vec<usize> = crl.revoke.iter().map(|item| item.value).collect();
        for (index, item) in self.block.items.iter().enumerate() {
            if let Kind::Bad(bad) = &item.kind
                && bad.fault.value == Fault::Revoked
                && self.origin(bad.from.value).is_some_and(|leaf| leaf.issuer.value == crl.ca)
                && !revoked.contains(&index)
            {
                revoked.push(index);
            }
        }
        revoked
    }

    /// What went wrong though the block is right.
    pub(super) fn broken(&self, index: usize, why: &str) -> Refusal {
        let id = self.block.items.get(index).map_or(&self.block.dir, |item| &item.id);
        refused("certificate-not-made", format!("`{}` could not be made: {why}", id.value), id, "this one")
    }
}

pub(super) fn refused<T>(code: &'static str, message: String, place: &At<T>, label: &str) -> Refusal {
    Refusal { code, message, at: place.at.clone(), label: label.to_owned(), help: None }
}
