//! Requests that other steps made.

use pkcs8::der::pem;
use rcgen::{KeyUsagePurpose, SubjectPublicKeyInfo};
use x509_parser::{
    certification_request::X509CertificationRequest,
    extensions::{GeneralName, KeyUsage, ParsedExtension},
    oid_registry::Oid,
    prelude::FromDer as _,
    public_key::PublicKey,
};

use super::{Inputs, existing, given::host_of};
use crate::certificate::{At, Attribute, Name, Refusal, Subject, Use, read::is_host};

/// What a request asks for.
pub(super) struct Asked {
    pub(super) subject: Subject,
    pub(super) names: Vec<Name>,
    pub(super) public: SubjectPublicKeyInfo,
    /// The same as DER.
    pub(super) spki: Vec<u8>,
    /// The key usage that it asks for; `None`: that of every leaf.
    pub(super) usage: Option<Vec<KeyUsagePurpose>>,
    /// The extended key usages that it asks for, by their names; `None`: one that no leaf has.
    pub(super) uses: Vec<(Option<Use>, &'static str)>,
}

/// Reads a request, and makes sure that whoever sent it has its key.
pub(super) fn read(file: &At<String>, inputs: &dyn Inputs) -> Result<Asked, Refusal> {
    let name = &file.value;
    let refused = |message: String| Refusal {
        code: "bad-request",
        message,
        at: file.at.clone(),
        label: "this request".to_owned(),
        help: None,
    };
    let text = super::read(inputs, file)?;
    let unreadable = |why: &str| Refusal { code: "unreadable-input", ..refused(format!("`{name}` {why}")) };
    let label = |label: &str| matches!(label, "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST");
    let (_, der) = existing::block(&text, label)
        .and_then(|block| pem::decode_vec(block).ok())
        .ok_or_else(|| unreadable("holds no request in PEM form"))?;
    let (_, request) =
        X509CertificationRequest::from_der(&der).map_err(|_| unreadable("is no request that can be read"))?;
    let algorithm = request.signature_algorithm.algorithm.to_id_string();
    if let Some((_, weak)) = WEAK.iter().find(|(oid, _)| *oid == algorithm) {
        let error = refused(format!("`{name}` is signed with {weak}, which is not safe"));
        return Err(Refusal { help: Some("make it again with `-sha256`".to_owned()), ..error });
    }
    let info = &request.certification_request_info;
    let spki = info.subject_pki.raw.to_vec();
    if let Ok(PublicKey::RSA(key)) = info.subject_pki.parsed()
        && key.key_size() < 2048
    {
        return Err(refused(format!(
            "`{name}` has an RSA key of {} bits, which clients refuse",
            key.key_size()
        )));
    }
    let public = SubjectPublicKeyInfo::from_der(&spki)
        .map_err(|_| refused(format!("`{name}` has a key of a kind that can't be signed here")))?;
    request.verify_signature().map_err(|_| Refusal {
        label: "a bad signature".to_owned(),
        ..refused(format!("the signature of `{name}` does not fit its key"))
    })?;
    let subject = subject(&info.subject).map_err(|why| refused(format!("`{name}` {why}")))?;
    let mut asked = Asked { subject, names: Vec::new(), public, spki, usage: None, uses: Vec::new() };
    for extension in request.requested_extensions().into_iter().flatten() {
        take(extension, &mut asked).map_err(|why| refused(format!("`{name}` {why}")))?;
    }
    if asked.names.is_empty() {
        asked.names.extend(host_of(&asked.subject));
    }
    Ok(asked)
}

/// Signatures that nobody should trust any more (RFC 8017, RFC 5758).
const WEAK: [(&str, &str); 4] = [
    ("1.2.840.113549.1.1.4", "md5WithRSAEncryption"),
    ("1.2.840.113549.1.1.5", "sha1WithRSAEncryption"),
    ("1.2.840.10045.4.1", "ecdsa-with-SHA1"),
    ("1.2.840.113549.1.1.2", "md2WithRSAEncryption"),
];

/// Takes in what is asked for. A key's identifier is set in any case.
fn take(extension: &ParsedExtension<'_>, asked: &mut Asked) -> Result<(), String> {
    match extension {
        ParsedExtension::SubjectAlternativeName(names) => {
            for name in &names.general_names {
                asked.names.push(alternative(name)?);
            }
        }
        ParsedExtension::BasicConstraints(constraints) if constraints.ca => {
            return Err("asks to be a CA (`CA:TRUE`)".to_owned());
        }
        ParsedExtension::KeyUsage(usage) if usage.key_cert_sign() || usage.crl_sign() => {
            return Err("asks for a key usage of CAs".to_owned());
        }
        ParsedExtension::KeyUsage(usage) => asked.usage = Some(usages(*usage)),
        ParsedExtension::ExtendedKeyUsage(wanted) => {
            let known = [
                (wanted.server_auth, Some(Use::Server), "serverAuth"),
                (wanted.client_auth, Some(Use::Client), "clientAuth"),
                (wanted.any, None, "anyExtendedKeyUsage"),
                (wanted.code_signing, None, "codeSigning"),
                (wanted.email_protection, None, "emailProtection"),
                (wanted.time_stamping, None, "timeStamping"),
                (wanted.ocsp_signing, None, "OCSPSigning"),
                (!wanted.other.is_empty(), None, "of a number of its own"),
            ];
            asked.uses.extend(known.into_iter().filter(|(is, ..)| *is).map(|(_, of, word)| (of, word)));
        }
        ParsedExtension::BasicConstraints(_) | ParsedExtension::SubjectKeyIdentifier(_) => {}
        ParsedExtension::UnsupportedExtension { oid } => {
            let oid = oid.to_id_string();
            let word = if oid == "1.3.6.1.5.5.7.1.24" { "tlsfeature" } else { &oid };
            return Err(format!("asks for the extension {word}, which can't be given"));
        }
        ParsedExtension::CRLDistributionPoints(_) => {
            return Err("asks for the extension cRLDistributionPoints, which can't be given".to_owned());
        }
        other => return Err(format!("asks for the extension {}, which can't be given", named(other))),
    }
    Ok(())
}

fn usages(usage: KeyUsage) -> Vec<KeyUsagePurpose> {
    let all = [
        (usage.digital_signature(), KeyUsagePurpose::DigitalSignature),
        (usage.non_repudiation(), KeyUsagePurpose::ContentCommitment),
        (usage.key_encipherment(), KeyUsagePurpose::KeyEncipherment),
        (usage.data_encipherment(), KeyUsagePurpose::DataEncipherment),
        (usage.key_agreement(), KeyUsagePurpose::KeyAgreement),
        (usage.encipher_only(), KeyUsagePurpose::EncipherOnly),
        (usage.decipher_only(), KeyUsagePurpose::DecipherOnly),
    ];
    all.into_iter().filter(|(is, _)| *is).map(|(_, purpose)| purpose).collect()
}

fn named(extension: &ParsedExtension<'_>) -> String {
    let text = format!("{extension:?}");
    let end = text.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(text.len());
    text[..end].to_owned()
}

fn alternative(name: &GeneralName<'_>) -> Result<Name, String> {
    let wrong = |shown: &str| Err(format!("asks for a name that can't be honoured: {shown}"));
    Ok(match name {
        GeneralName::DNSName(host) if is_host(host.strip_prefix("*.").unwrap_or(host)) => {
            Name::Dns((*host).to_owned())
        }
        GeneralName::DNSName(host) => return wrong(&format!("DNS:{host}")),
        GeneralName::RFC822Name(mailbox) if mailbox.is_ascii() => Name::Email((*mailbox).to_owned()),
        GeneralName::URI(uri) if uri.is_ascii() => Name::Uri((*uri).to_owned()),
        GeneralName::IPAddress(bytes) => {
            if let Ok(four) = <[u8; 4]>::try_from(*bytes) {
                Name::Ip(four.into())
            } else if let Ok(sixteen) = <[u8; 16]>::try_from(*bytes) {
                Name::Ip(sixteen.into())
            } else {
                return wrong("an address of a wrong length");
            }
        }
        GeneralName::OtherName(oid, _) => return wrong(&format!("otherName:{}", oid.to_id_string())),
        _ => return wrong("it is no host, address, mailbox or URI"),
    })
}

/// A subject in parts.
pub(super) fn subject(name: &x509_parser::x509::X509Name<'_>) -> Result<Subject, String> {
    let mut subject = Subject::default();
    for attribute in name.iter_attributes() {
        let oid = attribute.attr_type().to_id_string();
        let kind = attribute_of(attribute.attr_type())
            .ok_or_else(|| format!("has {oid} in its subject, which can't be given"))?;
        if subject.0.iter().any(|(known, _)| *known == kind) {
            return Err(format!("has {} twice in its subject", kind.word()));
        }
        let value = attribute.as_str().map_err(|_| format!("has {} that is no text", kind.word()))?;
        subject.0.push((kind, value.to_owned()));
    }
    Ok(subject)
}

/// The attribute of an object identifier.
pub(super) fn attribute_of(oid: &Oid<'_>) -> Option<Attribute> {
    Some(match oid.to_id_string().as_str() {
        "2.5.4.6" => Attribute::Country,
        "2.5.4.8" => Attribute::State,
        "2.5.4.7" => Attribute::Locality,
        "2.5.4.10" => Attribute::Organization,
        "2.5.4.11" => Attribute::Unit,
        "0.9.2342.19200300.100.1.25" => Attribute::DomainComponent,
        "1.2.840.113549.1.9.1" => Attribute::Email,
        "2.5.4.3" => Attribute::CommonName,
        _ => return None,
    })
}
