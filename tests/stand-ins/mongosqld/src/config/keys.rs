//! The keys of mongosqld's configuration.

/// How a key's value is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Flag,
    Number,
    /// A list, or a text with commas.
    List,
}

/// What the stand-in honours, with the flag that says the same, if there is one.
pub(super) const KEYS: &[(&str, Kind, &str)] = &[
    ("systemLog.path", Kind::Text, "logPath"),
    ("systemLog.logAppend", Kind::Flag, "logAppend"),
    ("systemLog.logRotate", Kind::Text, "logRotate"),
    ("systemLog.verbosity", Kind::Number, ""),
    ("systemLog.quiet", Kind::Flag, "quiet"),
    ("security.enabled", Kind::Flag, "auth"),
    ("security.defaultMechanism", Kind::Text, "defaultAuthMechanism"),
    ("security.defaultSource", Kind::Text, "defaultAuthSource"),
    ("mongodb.net.uri", Kind::Text, "mongo-uri"),
    ("mongodb.net.numConnectionsPerSession", Kind::Number, ""),
    ("mongodb.net.auth.username", Kind::Text, "mongo-username"),
    ("mongodb.net.auth.password", Kind::Text, "mongo-password"),
    ("mongodb.net.auth.source", Kind::Text, "mongo-authenticationSource"),
    ("mongodb.net.auth.mechanism", Kind::Text, "mongo-authenticationMechanism"),
    ("mongodb.net.ssl.enabled", Kind::Flag, "mongo-ssl"),
    ("mongodb.net.ssl.PEMKeyFile", Kind::Text, "mongo-sslPEMKeyFile"),
    ("mongodb.net.ssl.PEMKeyPassword", Kind::Text, "mongo-sslPEMKeyPassword"),
    ("mongodb.net.ssl.CAFile", Kind::Text, "mongo-sslCAFile"),
    ("mongodb.net.ssl.allowInvalidCertificates", Kind::Flag, "mongo-sslAllowInvalidCertificates"),
    ("mongodb.net.ssl.allowInvalidHostnames", Kind::Flag, "mongo-sslAllowInvalidHostnames"),
    ("mongodb.net.ssl.minimumTLSVersion", Kind::Text, "mongo-minimumTLSVersion"),
    ("net.bindIp", Kind::List, ""),
    ("net.port", Kind::Number, ""),
    ("net.unixDomainSocket.enabled", Kind::Flag, ""),
    ("net.unixDomainSocket.pathPrefix", Kind::Text, "unixSocketPrefix"),
    ("net.unixDomainSocket.filePermissions", Kind::Text, "filePermissions"),
    ("net.ssl.mode", Kind::Text, "sslMode"),
    ("net.ssl.PEMKeyFile", Kind::Text, "sslPEMKeyFile"),
    ("net.ssl.PEMKeyPassword", Kind::Text, "sslPEMKeyPassword"),
    ("net.ssl.CAFile", Kind::Text, "sslCAFile"),
    ("net.ssl.allowInvalidCertificates", Kind::Flag, "sslAllowInvalidCertificates"),
    ("net.ssl.minimumTLSVersion", Kind::Text, "minimumTLSVersion"),
    ("schema.refreshIntervalSecs", Kind::Number, "schemaRefreshIntervalSecs"),
    ("schema.sample.mode", Kind::Text, "sampleMode"),
    ("schema.sample.size", Kind::Number, "sampleSize"),
    ("schema.sample.namespaces", Kind::List, "sampleNamespaces"),
    ("schema.sample.refreshIntervalSecs", Kind::Number, "sampleRefreshIntervalSecs"),
    ("schema.sample.prejoin", Kind::Flag, "prejoin"),
    ("schema.sample.uuidSubtype3Encoding", Kind::Text, "uuidSubtype3Encoding"),
    ("processManagement.service.name", Kind::Text, "serviceName"),
    ("processManagement.service.displayName", Kind::Text, "serviceDisplayName"),
    ("processManagement.service.description", Kind::Text, "serviceDescription"),
];

/// What mongosqld knows and the stand-in does not: sections (with their dot) and keys. Refused, not ignored.
pub(super) const UNABLE: &[&str] = &[
    "debug.",
    "metrics.",
    "mongodb.net.auth.gssapiServiceName",
    "mongodb.net.ssl.CRLFile",
    "mongodb.net.ssl.FIPSMode",
    "mongodb.versionCompatibility",
    "runtime.",
    "schema.maxVarcharLength",
    "schema.path",
    "schema.sample.optimizeViewSampling",
    "schema.sample.schemaMappingMode",
    "schema.sample.source",
    "schema.stored.",
    "schema.writeMode",
    "security.gssapi.",
    "setParameter.",
];
