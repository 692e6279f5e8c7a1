//! What comes out: the files, the receipt, what varies, and the claims that don't hold.

use std::fmt::Write as _;

use p12_keystore::{Certificate as StoredCertificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};
use rcgen::{ExtendedKeyUsagePurpose as Eku, KeyPair};
use rustls_pki_types::CertificateDer;
use sha2::{Digest as _, Sha256};
use time::format_description::well_known::Rfc3339;
use x509_parser::prelude::{FromDer as _, X509Certificate};
use zeroize::Zeroizing;

use super::keys::ROUNDS;
use super::{
    Inputs, Issued, Made, NewFile, keys, params,
    receipt::{self, Section},
    signed::Signed,
    verify::{self, Verdict},
    workshop::{Workshop, refused},
};
use crate::certificate::{
    Algorithm, At, Bad, Block, Ca, Crl, Expect, Fault, File, Item, Kind, Leaf, Name, Output, Refusal,
    Request, Use,
};

const SECRET: u32 = 0o600;
const PUBLIC: u32 = 0o644;

/// The files that an item makes, each with its permission bits.
fn files(item: &Item) -> Vec<(&At<String>, u32)> {
    match &item.kind {
        Kind::Ca(ca) if ca.existing => Vec::new(),
        Kind::Ca(ca) => vec![(&ca.key_file, SECRET), (&ca.crt_file, PUBLIC)],
        Kind::Leaf(Leaf { files, .. }) | Kind::Bad(Bad { files, .. }) => {
            files.iter().map(|file| (&file.name, mode(file.output))).collect()
        }
        Kind::Crl(crl) => vec![(&crl.file, PUBLIC)],
    }
}

fn mode(output: Output) -> u32 {
    match output {
        Output::Key | Output::Pem | Output::P12 => SECRET,
        Output::Csr | Output::Crt | Output::Chain => PUBLIC,
    }
}

/// Refuses a block of whose files one is there.
pub(super) fn none_is_there(block: &Block, inputs: &dyn Inputs) -> Result<(), Refusal> {
    for (name, _) in block.items.iter().flat_map(files) {
        if inputs.exists(&name.value) {
            let error =
                refused("file-exists", format!("`{}` is there already", name.value), name, "not replaced");
            let help = "remove it, or say `replace = true` at the top of the block";
            return Err(Refusal { help: Some(help.to_owned()), ..error });
        }
    }
    Ok(())
}

/// A certificate's serial number as it stands there.
pub(super) fn serial(der: &CertificateDer<'_>) -> Result<Vec<u8>, String> {
    let (_, parsed) = X509Certificate::from_der(der).map_err(|error| error.to_string())?;
    Ok(parsed.raw_serial().to_vec())
}

/// What comes out, as far as it is there.
pub(super) struct Product<'w, 'b> {
    workshop: &'w Workshop<'b>,
    made: Made,
}

impl<'w, 'b> Product<'w, 'b> {
    /// All that comes out of a workshop.
    pub(super) fn of(workshop: &'w Workshop<'b>) -> Result<Made, Refusal> {
        let made = Made {
            files: Vec::new(),
            receipt: String::new(),
            certificates: Vec::new(),
            failures: Vec::new(),
        };
        let mut product = Self { workshop, made };
        let judged = product.judge();
        for (index, item) in workshop.block.items.iter().enumerate() {
            let section = match &item.kind {
                Kind::Ca(ca) => product.ca(index, ca),
                Kind::Leaf(leaf) => product.leaf(index, leaf),
                Kind::Bad(bad) => product.bad(index, bad),
                Kind::Crl(crl) => product.crl(index, crl),
            };
            let mut section = section.map_err(|why| workshop.broken(index, &why))?;
            let verdicts: Vec<&str> =
                judged.iter().filter(|(of, _)| *of == index).map(|(_, text)| text.as_str()).collect();
            section.field("verify", &verdicts.join("; "));
            if !product.made.receipt.is_empty() {
                product.made.receipt.push('\n');
            }
            product.made.receipt.push_str(&section.finish());
        }
        Ok(product.made)
    }

    fn file(&mut self, name: &str, mode: u32, bytes: Vec<u8>) {
        self.made.files.push(NewFile { name: name.to_owned(), mode, bytes: Zeroizing::new(bytes) });
    }

    fn issued(&mut self, index: usize, der: &CertificateDer<'_>) -> Result<(), String> {
        let (_, parsed) = X509Certificate::from_der(der).map_err(|error| error.to_string())?;
        let time = |time: x509_parser::time::ASN1Time| {
            time.to_datetime().format(&Rfc3339).map_err(|error| error.to_string())
        };
        self.made.certificates.push(Issued {
            id: self.workshop.block.items[index].id.value.clone(),
            serial: hex(parsed.raw_serial()),
            not_before: time(parsed.validity().not_before)?,
            not_after: time(parsed.validity().not_after)?,
            sha256: hex(&Sha256::digest(der)),
        });
        Ok(())
    }

    fn ca(&mut self, index: usize, ca: &Ca) -> Result<Section, String> {
        let workshop = self.workshop;
        let made = workshop.authorities.get(&index).ok_or("it was not made")?;
        let mut section = Section::new("ca", &ca.crt_file.value);
        section.field("subject", &made.subject);
        let algorithm = workshop.algorithm_of(index);
        if ca.existing {
            section.field("key", &format!("{} {} as found", receipt::key(algorithm), ca.key_file.value));
            return Ok(section);
        }
        let above = ca.issuer.and_then(|above| workshop.authorities.get(&above));
        section.field("issuer", above.map_or("self", |above| &above.subject));
        let password = workshop.password_of(index);
        section.field("key", &key_line(algorithm, Some(&ca.key_file.value), password));
        let signer = ca.issuer.map_or(algorithm, |above| workshop.algorithm_of(above));
        section.field("signed", receipt::signature(signer));
        section.field("validity", &receipt::days(ca.days.value));
        section.field("permit", &receipt::names(ca.permit.iter().map(|name| &name.value)));
        section.field("basic", &format!("CA:TRUE, pathlen:{}", ca.path_length));
        section.field("keyUsage", "keyCertSign, cRLSign (critical)");
        section
            .files([(ca.key_file.value.as_str(), SECRET), (ca.crt_file.value.as_str(), PUBLIC)].into_iter());
        let key = keys::to_pem(&made.key, password)?;
        self.file(&ca.key_file.value, SECRET, key.as_bytes().to_vec());
        self.file(&ca.crt_file.value, PUBLIC, keys::pem("CERTIFICATE", &made.der)?.into_bytes());
        self.issued(index, &made.der)?;
        Ok(section)
    }

    fn leaf(&mut self, index: usize, leaf: &Leaf) -> Result<Section, String> {
        let from = match &leaf.request {
            Request::Csr(file) => Some(file.value.as_str()),
            Request::New { .. } => None,
        };
        let algorithm = match &leaf.request {
            Request::New { key, .. } => Some(*key),
            Request::Csr(_) => {
                self.workshop.request(index).and_then(|asked| super::authority::algorithm(&asked.spki))
            }
        };
        let own =
            leaf.files.iter().find(|file| file.output == Output::Key).map(|file| file.name.value.as_str());
        let key_line = match from {
            Some(file) => format!("{} of {file}", receipt::key(algorithm)),
            None => key_line(algorithm, own, self.workshop.password_of(index)),
        };
        self.certificate(index, "leaf", leaf, &key_line, &leaf.files)
    }

    fn bad(&mut self, index: usize, bad: &Bad) -> Result<Section, String> {
        let leaf = self.workshop.origin(bad.from.value).ok_or("it is like no leaf")?;
        let Request::New { key, .. } = &leaf.request else { return Err("it is like no leaf".to_owned()) };
        let own =
            bad.files.iter().find(|file| file.output == Output::Key).map(|file| file.name.value.as_str());
        let password = self.workshop.password_of(bad.from.value);
        let key_line = key_line(Some(*key), own, password);
        let mut section = self.certificate(index, "bad", leaf, &key_line, &bad.files)?;
        section.field("fault", bad.fault.value.word());
        Ok(section)
    }

    fn certificate(
        &mut self,
        index: usize,
        kind: &str,
        leaf: &Leaf,
        key_line: &str,
        files: &[File],
    ) -> Result<Section, String> {
        let workshop = self.workshop;
        let signed = workshop.signed.get(&index).ok_or("it was not made")?;
        let itself = matches!(&workshop.block.items[index].kind, Kind::Bad(bad) if bad.fault.value == Fault::SelfSigned);
        let above = workshop.authorities.get(&leaf.issuer.value).map_or("", |ca| ca.subject.as_str());
        let mut section = Section::new(kind, &title(files, &workshop.block.items[index].id));
        receipt::certificate(&mut section, signed, if itself { "self" } else { above }, key_line);
        section.files(files.iter().map(|file| (file.name.value.as_str(), mode(file.output))));
        for file in files {
            let bytes = self.output(index, leaf, file.output, signed)?;
            self.file(&file.name.value, mode(file.output), bytes);
        }
        self.issued(index, &signed.der)?;
        Ok(section)
    }

    fn output(&self, index: usize, leaf: &Leaf, output: Output, signed: &Signed) -> Result<Vec<u8>, String> {
        let workshop = self.workshop;
        let origin = match &workshop.block.items[index].kind {
            Kind::Bad(bad) => bad.from.value,
            _ => index,
        };
        let key = || workshop.key(index).ok_or("it has no key".to_owned());
        let password = workshop.password_of(origin);
        let certificate = || keys::pem("CERTIFICATE", &signed.der);
        Ok(match output {
            Output::Key => keys::to_pem(key()?, password)?.as_bytes().to_vec(),
            Output::Csr => request(key()?, leaf, signed)?.into_bytes(),
            Output::Crt => certificate()?.into_bytes(),
            Output::Chain => (certificate()? + &self.between(leaf)?).into_bytes(),
            Output::Pem => {
                let key = keys::to_pem(key()?, password)?;
                let mut text = Vec::with_capacity(8192);
                text.extend_from_slice(key.as_bytes());
                text.extend_from_slice(certificate()?.as_bytes());
                text.extend_from_slice(self.between(leaf)?.as_bytes());
                text
            }
            Output::P12 => {
                let chain = workshop.chain(leaf.issuer.value);
                store(
                    &workshop.block.items[index].id.value,
                    key()?,
                    &signed.der,
                    &chain,
                    password.unwrap_or_default(),
                )?
            }
        })
    }

    /// The CAs between a leaf and its root, PEM.
    fn between(&self, leaf: &Leaf) -> Result<String, String> {
        let chain = self.workshop.chain(leaf.issuer.value);
        let above = chain.split_last().map_or(&[][..], |(_, between)| between);
        above.iter().map(|der| keys::pem("CERTIFICATE", der)).collect()
    }

    fn crl(&mut self, index: usize, crl: &Crl) -> Result<Section, String> {
        let workshop = self.workshop;
        let list = workshop.lists.get(&index).ok_or("it was not made")?;
        let mut section = Section::new("crl", &crl.file.value);
        section.field("issuer", workshop.authorities.get(&crl.ca).map_or("", |ca| ca.subject.as_str()));
        section.field("signed", receipt::signature(workshop.algorithm_of(crl.ca)));
        section.field("validity", &receipt::days(crl.days.value));
        let revoked: Vec<&str> = workshop
            .revoked(crl)
            .into_iter()
            .map(|item| workshop.block.items[item].id.value.as_str())
            .collect();
        let revoked = if revoked.is_empty() { "none".to_owned() } else { revoked.join(", ") };
        section.field("revoked", &revoked);
        section.files(std::iter::once((crl.file.value.as_str(), PUBLIC)));
        self.file(&crl.file.value, PUBLIC, keys::pem("X509 CRL", list)?.into_bytes());
        Ok(section)
    }

    /// What a client says: to each claim, to each leaf of which none is claimed, to each fault. The texts, each with the
    /// leaf in whose section it stands.
    fn judge(&mut self) -> Vec<(usize, String)> {
        let block = self.workshop.block;
        let mut told = Vec::new();
        for expect in &block.expects {
            let index = expect.verify.value;
            let (as_, host) = (expect.as_, self.host_of(index, expect.host.as_ref().map(|host| &host.value)));
            let verdict = self.ask(index, as_, host.as_ref());
            let origin = self.origin_index(index);
            told.push((origin, receipt::verdict(&block.items[index].id, &verdict, as_, host.as_ref())));
            self.hold(expect, &verdict);
        }
        for (index, item) in block.items.iter().enumerate() {
            let (origin, expected, as_) = match &item.kind {
                Kind::Leaf(leaf) => (index, Verdict::Accepted, first_use(leaf)),
                Kind::Bad(bad) => {
                    let as_ = self.workshop.origin(bad.from.value).map_or(Use::Server, first_use);
                    (bad.from.value, Verdict::Rejected(bad.fault.value), as_)
                }
                Kind::Ca(_) | Kind::Crl(_) => continue,
            };
            if block.expects.iter().any(|expect| expect.verify.value == index) {
                continue;
            }
            let host = self.host_of(index, None);
            let verdict = self.ask(index, as_, host.as_ref());
            if let Kind::Bad(_) = item.kind {
                told.push((index, receipt::verdict(&item.id, &verdict, as_, host.as_ref())));
            }
            // A leaf that is revoked by its own block is meant to be.
            let meant = expected == verdict
                || expected == Verdict::Accepted && verdict == Verdict::Rejected(Fault::Revoked);
            if !meant {
                let message = format!("`{}` should be {expected}, and is {verdict}", item.id.value);
                let mut error = refused("claim-does-not-hold", message, &item.id, "judged by rustls-webpki");
                error.help =
                    Some(format!("the leaf `{}` says what it is like", block.items[origin].id.value));
                self.made.failures.push(error);
            }
        }
        told
    }

    fn hold(&mut self, expect: &Expect, verdict: &Verdict) {
        let expected =
            expect.error.as_ref().map_or(Verdict::Accepted, |error| Verdict::Rejected(error.value));
        if *verdict == expected {
            return;
        }
        let id = &self.workshop.block.items[expect.verify.value].id.value;
        let message = format!("`{id}`: expected {expected}, {verdict}");
        let place = expect.error.as_ref().map_or(&expect.verify.at, |error| &error.at);
        self.made.failures.push(Refusal {
            code: "claim-does-not-hold",
            message,
            at: place.clone(),
            label: "this claim does not hold".to_owned(),
            help: None,
        });
    }

    fn origin_index(&self, index: usize) -> usize {
        match &self.workshop.block.items[index].kind {
            Kind::Bad(bad) => bad.from.value,
            _ => index,
        }
    }

    /// The host that a client asks for: the claim's, else the first that the leaf or its origin has.
    fn host_of(&self, index: usize, claimed: Option<&Name>) -> Option<Name> {
        if let Some(name) = claimed {
            return Some(name.clone());
        }
        let origin = self.origin_index(index);
        let leaf = self.workshop.origin(origin)?;
        let own: Vec<Name> = leaf.names.iter().map(|name| name.value.clone()).collect();
        let names = if own.is_empty() { self.workshop.signed.get(&origin)?.names.clone() } else { own };
        names.into_iter().find_map(|name| match name {
            // Nobody asks for a wildcard.
            Name::Dns(host) => {
                Some(Name::Dns(host.strip_prefix("*.").map_or(host.clone(), |rest| format!("www.{rest}"))))
            }
            Name::Ip(_) => Some(name),
            _ => None,
        })
    }

    fn ask(&self, index: usize, as_: Use, host: Option<&Name>) -> Verdict {
        let workshop = self.workshop;
        let origin = self.origin_index(index);
        let (Some(signed), Some(leaf)) = (workshop.signed.get(&index), workshop.origin(origin)) else {
            return Verdict::Otherwise("it was not made".to_owned());
        };
        let chain = workshop.chain(leaf.issuer.value);
        let Some((root, between)) = chain.split_last() else {
            return Verdict::Otherwise("it has no CA".to_owned());
        };
        let lists: Vec<&[u8]> = workshop.lists.values().map(Vec::as_slice).collect();
        let key = workshop.key(index).map(keys::public);
        verify::verify(&verify::Case {
            leaf: &signed.der,
            key: key.as_deref(),
            between,
            root,
            lists: &lists,
            as_,
            host,
            now: u64::try_from(workshop.now.unix_timestamp()).unwrap_or(0),
        })
    }
}

/// A server's, where it is one.
fn first_use(leaf: &Leaf) -> Use {
    if leaf.uses.contains(&Use::Server) { Use::Server } else { Use::Client }
}

/// The certificate's file, or the id where there is none.
fn title(files: &[File], id: &At<String>) -> String {
    let named = |output| files.iter().find(|file| file.output == output);
    let file = [Output::Crt, Output::Chain, Output::Pem, Output::P12].into_iter().find_map(named);
    file.map_or_else(|| id.value.clone(), |file| file.name.value.clone())
}

fn key_line(algorithm: Option<Algorithm>, file: Option<&str>, password: Option<&str>) -> String {
    let kept = if password.is_some() { "encrypted" } else { "plain" };
    match file {
        Some(file) => format!("{} {file} {kept}", receipt::key(algorithm)),
        None => format!("{} {kept}", receipt::key(algorithm)),
    }
}

/// A request for the certificate.
fn request(key: &KeyPair, leaf: &Leaf, signed: &Signed) -> Result<String, String> {
    let Request::New { subject, .. } = &leaf.request else {
        return Err("it was made from a request".to_owned());
    };
    let uses: Vec<Eku> = leaf.uses.iter().map(|of| params::usage(*of)).collect();
    let purpose = params::Purpose { names: signed.names.clone(), uses, usage: signed.usage.clone() };
    let params = params::request(subject, &purpose)?;
    let request = params.serialize_request(key).map_err(|error| error.to_string())?;
    keys::pem("CERTIFICATE REQUEST", request.der())
}

/// A PKCS#12 file.
fn store(
    name: &str,
    key: &KeyPair,
    leaf: &CertificateDer<'_>,
    chain: &[CertificateDer<'_>],
    password: &str,
) -> Result<Vec<u8>, String> {
    let wrong = |error: p12_keystore::error::Error| error.to_string();
    let mut certificates = vec![StoredCertificate::from_der(leaf).map_err(wrong)?];
    for der in chain {
        certificates.push(StoredCertificate::from_der(der).map_err(wrong)?);
    }
    let key = PrivateKey::from_der(&keys::pkcs8(key)?).map_err(wrong)?;
    let id = &Sha256::digest(leaf)[..20];
    let mut store = KeyStore::new();
    store.add_entry(name, KeyStoreEntry::PrivateKeyChain(PrivateKeyChain::new(id, key, certificates)));
    store.writer(password).encryption_iterations(ROUNDS).mac_iterations(ROUNDS).write().map_err(wrong)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
