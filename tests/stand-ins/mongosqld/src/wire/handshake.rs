//! How a connection begins: the server's greeting and the client's response.

const LONG_PASSWORD: u32 = 1;
const LONG_FLAG: u32 = 1 << 2;
const CONNECT_WITH_DB: u32 = 1 << 3;
const PROTOCOL_41: u32 = 1 << 9;
const SSL: u32 = 1 << 11;
const SECURE_CONNECTION: u32 = 1 << 15;
const PLUGIN_AUTH: u32 = 1 << 19;
const CONNECT_ATTRIBUTES: u32 = 1 << 20;
const LENGTH_ENCODED_AUTH: u32 = 1 << 21;

const UTF8: u8 = 33;
/// What a client sends before encryption, and again before its name: flags, sizes, and nothing.
const HEADER: usize = 32;

/// What a client tells about itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) user: String,
    pub(crate) password: Vec<u8>,
    pub(crate) database: Option<String>,
    pub(crate) plugin: String,
}

/// The packet that opens a connection.
pub(crate) fn greeting(number: u32, version: &str, plugin: &str, encrypts: bool) -> Vec<u8> {
    let mut capabilities = LONG_PASSWORD
        | LONG_FLAG
        | CONNECT_WITH_DB
        | PROTOCOL_41
        | SECURE_CONNECTION
        | PLUGIN_AUTH
        | CONNECT_ATTRIBUTES
        | LENGTH_ENCODED_AUTH;
    if encrypts {
        capabilities |= SSL;
    }
    let flags = capabilities.to_le_bytes();
    let mut packet = vec![10];
    packet.extend_from_slice(version.as_bytes());
    packet.push(0);
    packet.extend_from_slice(&number.to_le_bytes());
    // A salt that nothing is salted with: passwords come as they are, over an encrypted connection.
    packet.extend_from_slice(&[1; 8]);
    packet.push(0);
    packet.extend_from_slice(&flags[..2]);
    packet.push(UTF8);
    packet.extend_from_slice(&2_u16.to_le_bytes());
    packet.extend_from_slice(&flags[2..]);
    packet.push(21);
    packet.extend_from_slice(&[0; 10]);
    packet.extend_from_slice(&[1; 12]);
    packet.push(0);
    packet.extend_from_slice(plugin.as_bytes());
    packet.push(0);
    packet
}

/// Whether a client that sent this wants to go on encrypted. The error says what is wrong with the packet.
pub(crate) fn wants_tls(packet: &[u8]) -> Result<bool, &'static str> {
    Ok(capabilities(packet)? & SSL != 0)
}

fn capabilities(packet: &[u8]) -> Result<u32, &'static str> {
    let bytes = packet.first_chunk::<4>().ok_or("capability flags bytes expected but incomplete")?;
    let flags = u32::from_le_bytes(*bytes);
    if flags & PROTOCOL_41 == 0 {
        return Err("server requires CLIENT_PROTOCOL_41");
    }
    Ok(flags)
}

/// Reads a client's response. The error says what is wrong with it.
pub(crate) fn parse_response(packet: &[u8]) -> Result<Response, &'static str> {
    let flags = capabilities(packet)?;
    let mut rest = packet.get(HEADER..).ok_or("character set bytes expected but incomplete")?;
    let user = text(&mut rest).ok_or("user name bytes expected but incomplete")?;
    let password = if flags & LENGTH_ENCODED_AUTH != 0 || flags & SECURE_CONNECTION != 0 {
        let length = length(&mut rest).ok_or("authentication length bytes expected but incomplete")?;
        take(&mut rest, length).ok_or("authentication bytes expected but incomplete")?.to_vec()
    } else {
        text(&mut rest).ok_or("authentication bytes expected but incomplete")?.into_bytes()
    };
    let database = (flags & CONNECT_WITH_DB != 0).then(|| text(&mut rest)).flatten();
    let plugin = (flags & PLUGIN_AUTH != 0).then(|| text(&mut rest)).flatten().unwrap_or_default();
    Ok(Response { user, password, database: database.filter(|name| !name.is_empty()), plugin })
}

/// A text up to its zero byte.
fn text(rest: &mut &[u8]) -> Option<String> {
    let end = rest.iter().position(|&byte| byte == 0)?;
    let text = String::from_utf8_lossy(&rest[..end]).into_owned();
    *rest = &rest[end + 1..];
    Some(text)
}

/// A length; passwords of more than 64 KiB are none.
fn length(rest: &mut &[u8]) -> Option<usize> {
    let (first, after) = rest.split_first()?;
    *rest = after;
    match first {
        0..=250 => Some(usize::from(*first)),
        0xfc => take(rest, 2)?.first_chunk::<2>().map(|bytes| usize::from(u16::from_le_bytes(*bytes))),
        _ => None,
    }
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (part, after) = rest.split_at_checked(count)?;
    *rest = after;
    Some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(flags: u32, after: &[u8]) -> Vec<u8> {
        let mut packet = flags.to_le_bytes().to_vec();
        packet.resize(HEADER, 0);
        packet.extend_from_slice(after);
        packet
    }

    #[test]
    fn a_response_names_the_client() {
        let flags = PROTOCOL_41 | PLUGIN_AUTH | CONNECT_WITH_DB | LENGTH_ENCODED_AUTH;
        let packet = response(flags, b"ann\0\x03pw\0test\0mysql_clear_password\0");
        let expected = Response {
            user: "ann".to_owned(),
            password: b"pw\0".to_vec(),
            database: Some("test".to_owned()),
            plugin: "mysql_clear_password".to_owned(),
        };
        assert_eq!(parse_response(&packet), Ok(expected));
        assert_eq!(wants_tls(&packet), Ok(false));
        assert_eq!(wants_tls(&response(PROTOCOL_41 | SSL, b"")), Ok(true));
    }

    #[test]
    fn a_packet_cut_short_is_an_error_at_every_length() {
        let whole = response(PROTOCOL_41 | LENGTH_ENCODED_AUTH, b"ann\0\x03pw\0");
        for end in 0..whole.len() {
            assert!(parse_response(&whole[..end]).is_err(), "{end}");
        }
        assert!(parse_response(&whole).is_ok());
    }
}
