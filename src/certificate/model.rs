//! What a certificate block says, once it is known to be right.

use std::net::IpAddr;

use crate::table::At;

/// A whole block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The directory of all its files; `.` where it names none.
    pub dir: At<String>,
    /// Whether a file that is there may be replaced.
    pub replace: bool,
    /// What it makes, in the order of the page. Other items are named by their index here.
    pub items: Vec<Item>,
    /// What it claims of that, in the order of the page.
    pub expects: Vec<Expect>,
}

/// One table: `[ca.ID]`, `[leaf.ID]`, `[bad.ID]`, `[crl.ID]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The table's id; of a CRL, that of its CA. A CA, a leaf and a bad one never have the same.
    pub id: At<String>,
    /// What it is.
    pub kind: Kind,
}

/// What a table makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A certificate authority.
    Ca(Ca),
    /// A certificate of a server or client.
    Leaf(Leaf),
    /// A certificate that is wrong on purpose.
    Bad(Bad),
    /// A list of revoked certificates.
    Crl(Crl),
}

/// A certificate authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ca {
    /// Whom it names.
    pub subject: Subject,
    /// The item that signs it; `None`: it signs itself.
    pub issuer: Option<usize>,
    /// Its key's algorithm.
    pub key: Algorithm,
    /// How long it is valid, in days.
    pub days: At<u32>,
    /// How many CAs may follow below it.
    pub path_length: u8,
    /// The names that it may sign; empty: all.
    pub permit: Vec<At<Name>>,
    /// Encrypts its key's file (PKCS#8, PBES2).
    pub password: Option<At<Password>>,
    /// Whether its certificate and key are files that are there already, and are not made. Then subject, key, days,
    /// path length and permitted names are the certificate's own, and nothing here says them.
    pub existing: bool,
    /// The file of its key: `ID.key`.
    pub key_file: At<String>,
    /// The file of its certificate: `ID.crt`.
    pub crt_file: At<String>,
}

/// A certificate of a server or client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// The item that signs it: a CA.
    pub issuer: At<usize>,
    /// Its key, and whom it names.
    pub request: Request,
    /// Host names and addresses; never empty where a server's key is made here. A client's may be empty. With a request,
    /// empty: those of that.
    pub names: Vec<At<Name>>,
    /// What it is for; never empty.
    pub uses: Vec<Use>,
    /// How long it is valid, in days.
    pub days: At<u32>,
    /// Whether it was checked for what `MongoDB` asks of a member of a cluster.
    pub mongodb_member: bool,
    /// Its files, in the order of [`Output`].
    pub files: Vec<File>,
}

/// A leaf's key, and whom its certificate names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Both are made here.
    New {
        /// Whom it names.
        subject: Subject,
        /// The key's algorithm.
        key: Algorithm,
        /// Encrypts the key's file and the bundle's key (PKCS#8, PBES2), and a PKCS#12 file.
        password: Option<At<Password>>,
    },
    /// Both are those of a request that another step made: a file, PEM.
    Csr(At<String>),
}

/// A certificate that is wrong on purpose: as its origin, but for one fault. It has files like that: key, certificate,
/// bundle, with its own id as their stem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad {
    /// The leaf that it is like: an item with [`Request::New`].
    pub from: At<usize>,
    /// What is wrong with it.
    pub fault: At<Fault>,
    /// Its files, in the order of [`Output`].
    pub files: Vec<File>,
}

/// A list of revoked certificates. Its file is `ID.crl`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crl {
    /// The CA whose list it is.
    pub ca: usize,
    /// The leaves and bad ones that are revoked; those with the fault `revoked` of this CA too, said or not.
    pub revoke: Vec<At<usize>>,
    /// Days until the next one.
    pub days: At<u32>,
    /// The list's file.
    pub file: At<String>,
}

/// A file to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// What it holds.
    pub output: Output,
    /// Its path, from the block's directory, with `/`.
    pub name: At<String>,
}

/// What a file of a leaf holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Output {
    /// `key`: the private key, PKCS#8 PEM. Mode 0600.
    Key,
    /// `csr`: a request for it, PEM. Mode 0644.
    Csr,
    /// `crt`: the certificate, PEM. Mode 0644.
    Crt,
    /// `chain`: the certificate and the CAs between it and the root, PEM. Mode 0644.
    Chain,
    /// `pem`: key, certificate, and the CAs between it and the root, PEM. Mode 0600.
    Pem,
    /// `p12`: key, certificate and all CAs, PKCS#12. Mode 0600. It always has a password.
    P12,
}

/// A distinguished name, its attributes in the order in which they are written to certificates: C, ST, L, O, OU, DC,
/// E (emailAddress), CN. Each at most once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject(pub Vec<(Attribute, String)>);

/// An attribute of a distinguished name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attribute {
    /// `C`, two letters.
    Country,
    /// `ST`.
    State,
    /// `L`.
    Locality,
    /// `O`.
    Organization,
    /// `OU`.
    Unit,
    /// `DC`.
    DomainComponent,
    /// `emailAddress`, in the block also `E`.
    Email,
    /// `CN`, at most 64 characters.
    CommonName,
}

/// A name of a certificate's holder.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Name {
    /// A host's, ASCII, maybe with `*.` before it.
    Dns(String),
    /// An address.
    Ip(IpAddr),
    /// In a CA's `permit` only: addresses of a network, `10.0.0.0/8`.
    Net(IpAddr, u8),
    /// A mailbox.
    Email(String),
    /// With its scheme: `spiffe://example.com/agent`. In a CA's `permit`: the host of it (`uri:.example.com`).
    Uri(String),
}

/// What a certificate may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Use {
    /// `server`: serverAuth.
    Server,
    /// `client`: clientAuth.
    Client,
}

/// The algorithm and size of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// `rsa-2048`, the default.
    Rsa2048,
    /// `rsa-3072`
    Rsa3072,
    /// `rsa-4096`
    Rsa4096,
    /// `p256`
    P256,
    /// `p384`
    P384,
    /// `ed25519`
    Ed25519,
}

/// Where a password comes from. Never printed, not by `Debug` either.
#[derive(Clone, PartialEq, Eq)]
pub enum Password {
    /// The page, its placeholders replaced; never empty.
    Text(String),
    /// A variable of the caller.
    Env(String),
}

/// What is wrong with a certificate on purpose, and why one is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// `expired`: its time is over.
    Expired,
    /// `future`: its time has not begun.
    Future,
    /// `wrong-host`: it names another host.
    WrongHost,
    /// `no-san`: it names its host in the subject only.
    NoSan,
    /// `wrong-eku`: it is for something else.
    WrongEku,
    /// `untrusted`: another CA of the same name signed it.
    Untrusted,
    /// `self-signed`: it signed itself.
    SelfSigned,
    /// `constraint`: it has a name that its CA must not sign.
    Constraint,
    /// `revoked`: its CA's list has it.
    Revoked,
    /// `mismatch`: its key is another one's.
    Mismatch,
}

/// A claim about a leaf or a bad one: how a client that trusts its root judges it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expect {
    /// Which.
    pub verify: At<usize>,
    /// The host that the client asked for; `None`: the first name of a host that the leaf (or its origin) has.
    pub host: Option<At<Name>>,
    /// Whether it presents itself as a server or as a client.
    pub as_: Use,
    /// Why it is rejected; `None`: it is accepted.
    pub error: Option<At<Fault>>,
}

impl std::fmt::Debug for Password {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(_) => formatter.write_str("Text(..)"),
            Self::Env(name) => formatter.debug_tuple("Env").field(name).finish(),
        }
    }
}
