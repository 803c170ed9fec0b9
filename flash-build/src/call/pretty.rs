//! JSON for a reader, without changing what it says: order, numbers and strings stay as they came.

/// Indents a valid JSON text by two spaces; short arrays and objects of plain values stay on one line.
pub(super) fn pretty(json: &str) -> String {
    let mut writer = Writer { text: json, out: String::with_capacity(json.len() * 2), depth: 0 };
    writer.write();
    writer.out
}

/// Longest text of an array or object that stays on one line.
const SHORT: usize = 72;

struct Writer<'a> {
    text: &'a str,
    out: String,
    depth: usize,
}

impl Writer<'_> {
    fn write(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            match bytes[at] {
                b' ' | b'\t' | b'\n' | b'\r' => at += 1,
                b'{' | b'[' => at = self.open(at),
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.line();
                    self.out.push(char::from(bytes[at]));
                    at += 1;
                }
                b',' => {
                    self.out.push(',');
                    self.line();
                    at += 1;
                }
                b':' => {
                    self.out.push_str(": ");
                    at += 1;
                }
                _ => {
                    let end = scalar_end(bytes, at);
                    self.out.push_str(&self.text[at..end]);
                    at = end;
                }
            }
        }
    }

    fn open(&mut self, at: usize) -> usize {
        if let Some((line, end)) = one_line(self.text, at) {
            self.out.push_str(&line);
            return end;
        }
        self.out.push(char::from(self.text.as_bytes()[at]));
        self.depth += 1;
        self.line();
        at + 1
    }

    fn line(&mut self) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n("  ", self.depth));
    }
}

/// The whole array or object that begins here, when it holds only plain values and is short.
fn one_line(text: &str, start: usize) -> Option<(String, usize)> {
    let bytes = text.as_bytes();
    let mut line = String::new();
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {}
            b'{' | b'[' if at != start => return None,
            b'{' | b'[' => line.push(char::from(byte)),
            b'}' | b']' => {
                line.push(char::from(byte));
                return Some((line, at + 1));
            }
            b',' => line.push_str(", "),
            b':' => line.push_str(": "),
            _ => {
                let end = scalar_end(bytes, at);
                line.push_str(&text[at..end]);
                at = end - 1;
            }
        }
        if line.len() > SHORT {
            return None;
        }
        at += 1;
    }
    None
}

/// Where the string, number or word that begins here ends.
fn scalar_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    if bytes[start] == b'"' {
        while let Some(&byte) = bytes.get(at) {
            at += match byte {
                b'\\' => 2,
                b'"' => return at + 1,
                _ => 1,
            };
        }
        return bytes.len();
    }
    while bytes.get(at).is_some_and(|byte| !b",:]} \t\r\n".contains(byte)) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn short_values_stay_on_a_line() {
        assert_eq!(pretty("[\"hello\",\"wo,rld\"]"), "[\"hello\", \"wo,rld\"]");
        assert_eq!(pretty("{}"), "{}");
        assert_eq!(pretty("\"a\\\"b\""), "\"a\\\"b\"");
        assert_eq!(pretty("-1.50"), "-1.50");
    }

    #[test]
    fn nested_ones_are_indented_in_their_own_order() {
        let text = "{\"z\":[{\"b\":340282366920938463463374607431768211455},[]],\"a\":null}";
        assert_eq!(
            pretty(text),
            "{\n  \"z\": [\n    {\"b\": 340282366920938463463374607431768211455},\n    []\n  ],\n  \"a\": null\n}"
        );
    }

    #[test]
    fn the_value_is_the_same() {
        let long: Vec<_> = (0..60).map(|n| format!("näme \\ \"{n}\" {{[:,]}}")).collect();
        let text = serde_json::to_string(&long).unwrap();
        let back: Vec<String> = serde_json::from_str(&pretty(&text)).unwrap();
        assert_eq!(back, long);
    }
}
