//! Passwords that are tried first. The guard of an account lets strangers together try some eighty an hour, so whoever takes one of
//! the commonest few thousand is found; NIST SP 800-63B, 3.1.1.2 has them refused.

/// Words that common passwords are made of: these, with digits and signs around them.
const WORDS: &str = "\
    aaron abc abcd abcdef abcdefg abcdefgh access admin administrator alexander amanda america andrea andrew angel anthony \
    apple arsenal asdf asdfgh asdfghjk asdfghjkl ashley austin autumn azerty barcelona baseball basketball batman biteme \
    bailey banana blink bonjour buster butterfly charlie change changeit changeme cheese chelsea chicken chocolate \
    computer cookie corvette daniel default demo dragon elizabeth facebook ferrari flower football freedom friends \
    garfield george ginger google guest hallo hannah harley hello hockey hunter iloveyou internet jackson jasmine jennifer \
    jessica jesus jordan joshua justin killer letmein liverpool login london love lovely loveyou maggie manchester \
    master matrix matthew melissa mercedes merlin metallica michael michelle minecraft monkey monster morgan mustang naruto \
    nicole ninja nothing oracle parola pass passwd passwort password passme peanut pepper phoenix pokemon porsche \
    princess purple qazwsx qazwsxedc qwer qwert qwerty qwertyu qwertyui qwertyuiop qwertz qwertzu qwertzuiop rainbow ranger \
    robert root samantha samsung scooter secret server shadow silver slipknot snoopy soccer sophie spiderman spring starwars \
    summer sunshine superman system taylor temp test tester testing thomas thunder tigger toor trustno user victoria \
    welcome whatever william winter yankees zaq zxcvbn zxcvbnm";

/// Walks over a keyboard that digits are part of.
const WALKS: [&str; 4] =
    ["1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb", "q1w2e3r4t5y6u7i8o9p0", "a1b2c3d4e5f6g7h8i9j0"];

/// Whether this is among what is tried first: a common word with digits and signs around it, digits in a row, one or two
/// letters again and again, or a walk over the keyboard.
#[must_use]
pub fn is_common(password: &str) -> bool {
    let letters: String = password.trim_matches(|letter: char| !letter.is_alphabetic()).chars().map(plain).collect();
    WORDS.split_ascii_whitespace().any(|word| word == letters)
        || has_few_letters(password)
        || in_a_row(password)
        || WALKS.iter().any(|walk| walk.starts_with(&password.to_lowercase()))
}

/// Signs that stand for letters, as letters: p@ssw0rd.
fn plain(letter: char) -> char {
    match letter {
        '@' => 'a',
        '0' => 'o',
        '$' => 's',
        _ => letter.to_ascii_lowercase(),
    }
}

fn has_few_letters(password: &str) -> bool {
    let mut seen = Vec::new();
    for letter in password.chars() {
        if !seen.contains(&letter) {
            seen.push(letter);
        }
    }
    seen.len() <= 2
}

/// 12345678, 987654321, 1234567890.
fn in_a_row(password: &str) -> bool {
    let digits = password.as_bytes();
    let steps =
        |by: u8| digits.iter().zip(digits.iter().skip(1)).all(|(one, next)| (one + by - b'0') % 10 == next - b'0');
    digits.iter().all(u8::is_ascii_digit) && (steps(1) || steps(9))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_first_is_common_however_it_is_dressed() {
        for common in [
            "password",
            "Password1",
            "P@ssw0rd!",
            "password2026",
            "12345678",
            "123456789",
            "1234567890",
            "87654321",
            "00000000",
            "12121212",
            "aaaaaaaa",
            "qwertyuiop",
            "Qwertz123",
            "1q2w3e4r",
            "1qaz2wsx",
            "iloveyou",
            "Summer2026!",
            "!Winter2025",
            "letmein1",
            "changeme",
            "abcd1234",
            "a1b2c3d4",
            "admin123",
            "test1234",
        ] {
            assert!(is_common(common), "{common}");
        }
    }

    #[test]
    fn what_somebody_thought_of_is_not() {
        for rare in [
            "correct horse",
            "a new password",
            "xkcd-9361",
            "summer in Lisbon",
            "passwordless",
            "13579246",
            "20010417",
            "pasta-alla-norma",
            "Zoë und Jörg",
            "q7-Lm.2x",
        ] {
            assert!(!is_common(rare), "{rare}");
        }
    }
}
