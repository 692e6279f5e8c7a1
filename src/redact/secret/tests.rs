//! Each form in which a value may be printed, and what is shown of it.

use super::*;

fn run(secrets: &[(&str, &str)], text: &str) -> String {
    let pairs: Vec<_> = secrets.iter().map(|&(v, n)| (v.to_owned(), n.to_owned())).collect();
    let (secrets, mut held, mut shown) = (Secrets::new(&pairs), Held::default(), Vec::new());
    for line in text.split('\n') {
        held.line(&secrets, line, &mut |line| shown.push(line.to_owned()));
    }
    held.finish(&secrets, &mut |line| shown.push(line.to_owned()));
    let shown = shown.join("\n");
    assert_eq!(secrets.all(text).as_deref().unwrap_or(text), shown, "as a whole");
    shown
}

#[test]
fn values_become_placeholders() {
    for (secrets, text, shown) in [
        (&[("hunter2hunter2", "<pw>")][..], "a hunter2hunter2 b", "a <pw> b"),
        (&[("longsecret", "<a>"), ("longsecret-more", "<b>")], "longsecret-more longsecret", "<b> <a>"),
        (&[("longsecret", "<a>"), ("secret-more", "<b>")], "xlongsecret-more", "x<a>"),
        (&[("one\ntwo\nthree\n", "<k>")], "x\none\ntwo\nthree\ny", "x\n<k>\ny"),
        (&[("one\r\ntwo", "<k>")], "a one\ntwo b", "a <k> b"),
        (&[("one\ntwo\nthree", "<k>")], "one\ntwo\nfour", "one\ntwo\nfour"),
        (&[("one\none\ntwo", "<k>")], "one\none\none\ntwo", "one\n<k>"),
        // One that repeats itself, and one that begins as it ends.
        (&[("hunter2hunter2", "<pw>")], "hunter2hunter2\nhunter2hunter2\nx", "<pw>\n<pw>\nx"),
        (&[("hunter2hunter2", "<pw>")], "hunter2hunter2hunter2\nhunter2x", "<pw>\nhunter2x"),
        (&[("short-sus", "<pw>")], "short-sus\nshort-sus\nhort-sus", "<pw>\n<pw>\nhort-sus"),
        (&[("é€\né€", "<k>")], "é€\né€\nx€", "<k>\nx€"),
        (&[("", "<e>"), ("\n\n", "<f>")], "text\n\n\n", "text\n\n\n"),
        // Short ones only as they are. (No run has such: they are refused before it begins.)
        (&[("a", "<a>"), ("b c", "<b>")], "bad b c b\nc YQ== 61", "b<a>d <b> b\nc YQ== 61"),
        (&[("a b c d e", "<a>")], "abcde, a b c d e", "abcde, <a>"),
    ] {
        assert_eq!(run(secrets, text), shown, "{text}");
    }
}

/// `printf %s VALUE | base64` and so on were asked of the programs named, not of this code.
#[test]
fn every_form_becomes_the_placeholder() {
    let wet = "four wet otters & 'I'?";
    for (what, value, printed, shown) in [
        ("as it is", wet, "four wet otters & 'I'?", "<s>"),
        ("base64", wet, "Zm91ciB3ZXQgb3R0ZXJzICYgJ0knPw==", "<s>"),
        ("base64 of a line", wet, "Zm91ciB3ZXQgb3R0ZXJzICYgJ0knPwo=", "<s>o="),
        ("base64 without padding", wet, "x=Zm91ciB3ZXQgb3R0ZXJzICYgJ0knPw;", "x=<s>;"),
        ("base64 of a:VALUE", wet, "YTpmb3VyIHdldCBvdHRlcnMgJiAnSSc/", "YT<s>"),
        ("base64 of ab:VALUE:c", wet, "YWI6Zm91ciB3ZXQgb3R0ZXJzICYgJ0knPzpj", "YWI6<s>pj"),
        ("base64 of abc:VALUE:d", wet, "YWJjOmZvdXIgd2V0IG90dGVycyAmICdJJz86ZA==", "YWJjO<s>6ZA=="),
        ("URL-safe base64", "~~~~????>>>>", "fn5-fj8_Pz8-Pj4-", "<s>"),
        ("base64 of the same", "~~~~????>>>>", "fn5+fj8/Pz8+Pj4+", "<s>"),
        ("the same in a URL", "~~~~????>>>>", "?t=fn5%2Bfj8%2FPz8%2bPj4%2B&u", "?t=<s>&u"),
        ("the same in PHP's JSON", "~~~~????>>>>", r#"{"t":"fn5+fj8\/Pz8+Pj4+"}"#, r#"{"t":"<s>"}"#),
        ("base64 wrapped", wet, "x: |\n  Zm91ciB3ZXQgb3R0\n  ZXJzICYgJ0knPw==\ny", "x: |\n  <s>\ny"),
        (
            "base64 of UTF-16 (PowerShell)",
            "hunter2hunter2",
            "aAB1AG4AdABlAHIAMgBoAHUAbgB0AGUAcgAyAA==",
            "<s>",
        ),
        ("xxd -p", "hunter2hunter2", "68756e746572326875\n6e74657232", "<s>"),
        ("od -An -tx1", "hunter2hunter2", " 68 75 6e 74 65 72 32 68 75 6e 74 65 72 32", " <s>"),
        ("xxd -i", "hunter22", "  0x68, 0x75, 0x6e, 0x74, 0x65, 0x72, 0x32, 0x32", "  <s>"),
        ("with colons", "hunter22", "68:75:6E:74:65:72:32:32", "<s>"),
        ("BitConverter", "hunter22", "68-75-6E-74-65-72-32-32", "<s>"),
        ("od -c", "hunter22", "0000000   h   u   n   t   e   r   2   2", "0000000   <s>"),
        ("percent", wet, "q=four%20wet%20otters%20%26%20%27I%27%3F&b", "q=<s>&b"),
        ("a form", wet, "q=four+wet+otters+%26+%27I%27%3f&b", "q=<s>&b"),
        ("HTML", wet, "<b>four wet otters &amp; &#x27;I&#39;?</b>", "<b><s></b>"),
        ("JSON", "say \"hi\"\\to\nyou é", r#"{"a": "say \"hi\"\\to\nyou \u00e9"}"#, r#"{"a": "<s>"}"#),
        (
            "JSON in JSON",
            "say \"hi\" to you",
            r#"{"a": "{\"b\": \"say \\\"hi\\\" to you\"}"}"#,
            r#"{"a": "{\"b\": \"<s>\"}"}"#,
        ),
        ("single quotes", "it's C:\\new day", r"+ echo 'it'\''s C:\new day'", r"+ echo '<s>'"),
        ("printf %q", wet, r"four\ wet\ otters\ \&\ \'I\'\?", r"<s>"),
        ("double quotes", "a$b`c`\"d\"efg", r#"x="a\$b\`c\`\"d\"efg""#, r#"x="<s>""#),
        ("$'…'", "tab\tand\nline é", r"x=$'tab\tand\nline \303\251'", r"x=$'<s>'"),
        ("wrapped", "correct-horse-battery", "is correct-ho\nrse-battery, yes", "is <s>, yes"),
        ("wrapped between words", "correct horse battery", "  is correct\n  horse battery\nx", "  is <s>\nx"),
        ("one line of several", "first\nthe second line is long\nx", "a the second line is long", "a <s>"),
    ] {
        assert_eq!(run(&[(value, "<s>")], printed), shown, "{what}");
    }
}

#[test]
fn what_is_no_form_stays() {
    for (what, value, printed) in [
        ("another value", "hunter2hunter2", "hunter2 hunter3"),
        ("reversed", "hunter2-tortoise", "esiotrot-2retnuh"),
        ("base64 twice", "hunter2-tortoise", "YUhWdWRHVnlNaTEwYjNKMGIybHpaUT09"),
        (
            "with offsets",
            "hunter2-tortoise-more",
            "00000000: 6875 6e74 6572 322d  hunter2-\n00000008: 746f 7274 6f69 7365",
        ),
        ("a part", "first\nsecond\nthird", "second"),
        ("far apart", "hunter2hunter2", &format!("hunter2{}hunter2", "\n".repeat(101))),
    ] {
        assert_eq!(run(&[(value, "<s>")], printed), printed, "{what}");
    }
}
