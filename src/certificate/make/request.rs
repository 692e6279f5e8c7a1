//! Requests that other steps made.

use pkcs8::der::pem;
use rcgen::SubjectPublicKeyInfo;
use x509_parser::{
    certification_request::X509CertificationRequest,
    extensions::{GeneralName, ParsedExtension},
    oid_registry::Oid,
    prelude::FromDer as _,
};

use super::Inputs;
use crate::certificate::{At, Attribute, Name, Refusal, Subject};

/// What a request asks for.
pub(super) struct Asked {
    pub(super) subject: Subject,
    pub(super) names: Vec<Name>,
    pub(super) public: SubjectPublicKeyInfo,
    /// The same as DER.
    pub(super) spki: Vec<u8>,
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
    let (label, der) =
        pem::decode_vec(&text).map_err(|_| refused(format!("`{name}` is no request in PEM")))?;
    if !matches!(label, "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST") {
        return Err(refused(format!("`{name}` holds no request, but `{label}`")));
    }
    let (_, request) = X509CertificationRequest::from_der(&der)
        .map_err(|_| refused(format!("`{name}` is no request that can be read")))?;
    request.verify_signature().map_err(|_| {
        refused(format!(
            "the signature of `{name}` does not fit its key, or is made in a way that is not safe"
        ))
    })?;
    let info = &request.certification_request_info;
    let spki = info.subject_pki.raw.to_vec();
    let public = SubjectPublicKeyInfo::from_der(&spki)
        .map_err(|_| refused(format!("the key in `{name}` is of a kind that can't be signed here")))?;
    let mut asked = Asked {
        subject: subject(&info.subject).map_err(|why| refused(format!("`{name}` {why}")))?,
        names: Vec::new(),
        public,
        spki,
    };
    for extension in request.requested_extensions().into_iter().flatten() {
        take(extension, &mut asked).map_err(|why| refused(format!("`{name}` {why}")))?;
    }
    Ok(asked)
}

/// Takes in what is asked for. Key usage is what every leaf of ours has, and a key's identifier is set in any case.
fn take(extension: &ParsedExtension<'_>, asked: &mut Asked) -> Result<(), String> {
    match extension {
        ParsedExtension::SubjectAlternativeName(names) => {
            for name in &names.general_names {
                asked.names.push(alternative(name)?);
            }
        }
        ParsedExtension::BasicConstraints(constraints) if constraints.ca => {
            return Err("asks to become a CA (`CA:TRUE`)".to_owned());
        }
        ParsedExtension::KeyUsage(usage) if usage.key_cert_sign() || usage.crl_sign() => {
            return Err("asks for the key usage of a CA".to_owned());
        }
        ParsedExtension::BasicConstraints(_)
        | ParsedExtension::KeyUsage(_)
        | ParsedExtension::ExtendedKeyUsage(_)
        | ParsedExtension::SubjectKeyIdentifier(_) => {}
        ParsedExtension::UnsupportedExtension { oid } => {
            return Err(format!("asks for the extension {}, which can't be given", oid.to_id_string()));
        }
        other => return Err(format!("asks for {}, which can't be given", named(other))),
    }
    Ok(())
}

fn named(extension: &ParsedExtension<'_>) -> String {
    let text = format!("{extension:?}");
    let end = text.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(text.len());
    text[..end].to_owned()
}

fn alternative(name: &GeneralName<'_>) -> Result<Name, String> {
    Ok(match name {
        GeneralName::DNSName(host) => Name::Dns((*host).to_owned()),
        GeneralName::RFC822Name(mailbox) => Name::Email((*mailbox).to_owned()),
        GeneralName::URI(uri) => Name::Uri((*uri).to_owned()),
        GeneralName::IPAddress(bytes) => {
            if let Ok(four) = <[u8; 4]>::try_from(*bytes) {
                Name::Ip(four.into())
            } else if let Ok(sixteen) = <[u8; 16]>::try_from(*bytes) {
                Name::Ip(sixteen.into())
            } else {
                return Err("has an address of a wrong length".to_owned());
            }
        }
        _ => return Err("asks for a name that is no host, address, mailbox or URI".to_owned()),
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
