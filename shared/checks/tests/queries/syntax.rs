//! Parses queries.

use serde_json::Value;

/// A query: its commands, in order.
#[derive(Debug)]
pub(crate) struct Query(pub(crate) Vec<Command>);

#[derive(Debug)]
pub(crate) enum Command {
    Filter(Condition),
    Fields(Vec<String>),
    Sort { by: String, is_descending: bool },
    Limit(usize),
    Stats { aggregates: Vec<(Aggregate, String)>, by: Vec<Operand> },
}

#[derive(Debug)]
pub(crate) enum Condition {
    Or(Vec<Self>),
    And(Vec<Self>),
    IsPresent(String),
    Like(String, String),
    In(String, Vec<Value>),
    Compare(String, String, Value),
}

#[derive(Debug)]
pub(crate) enum Aggregate {
    Count,
    CountDistinct(String),
    Sum(String),
    Max(String),
    Percentile(String, usize),
}

/// A field by which results are grouped.
#[derive(Debug)]
pub(crate) enum Operand {
    Field(String),
    Minute,
}

impl Operand {
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Field(name) => name.clone(),
            Self::Minute => "bin(1m)".to_owned(),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Pattern(String),
    Sign(String),
}

type Parsed<T> = Result<T, String>;

impl Query {
    /// Parses a query in the supported subset of the language.
    pub(crate) fn parse(text: &str) -> Parsed<Self> {
        let mut tokens = Tokens { tokens: tokens(text)?, at: 0 };
        let mut commands = vec![tokens.command()?];
        while tokens.takes("|") {
            commands.push(tokens.command()?);
        }
        match tokens.peek() {
            None => Ok(Self(commands)),
            Some(token) => Err(format!("{token:?} is not supported")),
        }
    }
}

fn tokens(text: &str) -> Parsed<Vec<Token>> {
    const SIGNS: [&str; 13] = ["!=", ">=", "<=", "=", ">", "<", "(", ")", "[", "]", ",", "|", "*"];
    let (mut tokens, mut rest) = (Vec::new(), text.trim_start());
    while let Some(first) = rest.chars().next() {
        let quoted = |quote: char| rest[1..].split_once(quote).ok_or_else(|| format!("{rest}: no end"));
        let token;
        (token, rest) = if first == '"' {
            let (text, rest) = quoted('"')?;
            (Token::Text(text.to_owned()), rest)
        } else if first == '/' {
            let (pattern, rest) = quoted('/')?;
            if let Some(sign) = pattern.chars().find(|letter| !letter.is_alphanumeric() && !" _-".contains(*letter)) {
                return Err(format!("{sign:?} in a pattern is not supported"));
            }
            (Token::Pattern(pattern.to_owned()), rest)
        } else if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            (Token::Sign(sign.to_owned()), &rest[sign.len()..])
        } else {
            let is_of_word = |letter: char| letter.is_ascii_alphanumeric() || "_.@".contains(letter);
            let end = rest.find(|letter| !is_of_word(letter)).unwrap_or(rest.len());
            if end == 0 {
                return Err(format!("{rest}: not supported"));
            }
            (Token::Word(rest[..end].to_owned()), &rest[end..])
        };
        tokens.push(token);
        rest = rest.trim_start();
    }
    Ok(tokens)
}

struct Tokens {
    tokens: Vec<Token>,
    at: usize,
}

impl Tokens {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Parsed<Token> {
        let token = self.peek().cloned().ok_or("the query ends early")?;
        self.at += 1;
        Ok(token)
    }

    /// Consumes a sign or a word if it is the next token; returns whether it was.
    fn takes(&mut self, expected: &str) -> bool {
        let is_next = matches!(self.peek(), Some(Token::Word(token) | Token::Sign(token)) if token == expected);
        self.at += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, expected: &str) -> Parsed<()> {
        if self.takes(expected) { Ok(()) } else { Err(format!("{expected} expected before {:?}", self.peek())) }
    }

    fn word(&mut self) -> Parsed<String> {
        match self.next()? {
            Token::Word(word) => Ok(word),
            other => Err(format!("{other:?} in place of a name")),
        }
    }

    fn number(&mut self) -> Parsed<usize> {
        let word = self.word()?;
        word.parse().map_err(|_| format!("{word} in place of a number"))
    }

    fn list<T>(&mut self, read: impl Fn(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut list = vec![read(self)?];
        while self.takes(",") {
            list.push(read(self)?);
        }
        Ok(list)
    }

    fn command(&mut self) -> Parsed<Command> {
        Ok(match self.word()?.as_str() {
            "filter" => Command::Filter(self.either()?),
            "fields" => Command::Fields(self.list(Self::word)?),
            "limit" => Command::Limit(self.number()?),
            "sort" => {
                let by = self.word()?;
                let is_descending = self.takes("desc");
                if !is_descending {
                    self.expect("asc")?;
                }
                Command::Sort { by, is_descending }
            }
            "stats" => {
                let aggregates = self.list(Self::aggregate)?;
                let by = if self.takes("by") { self.list(Self::operand)? } else { Vec::new() };
                Command::Stats { aggregates, by }
            }
            other => return Err(format!("the command {other} is not supported")),
        })
    }

    fn aggregate(&mut self) -> Parsed<(Aggregate, String)> {
        let function = self.word()?;
        self.expect("(")?;
        let (aggregate, name) = if function == "count" {
            self.takes("*");
            (Aggregate::Count, "count()".to_owned())
        } else {
            let field = self.word()?;
            let name = format!("{function}({field})");
            match function.as_str() {
                "count_distinct" => (Aggregate::CountDistinct(field), name),
                "sum" => (Aggregate::Sum(field), name),
                "max" => (Aggregate::Max(field), name),
                "pct" => {
                    self.expect(",")?;
                    let percent = self.number()?;
                    let name = format!("pct({field}, {percent})");
                    (Aggregate::Percentile(field, percent), name)
                }
                other => return Err(format!("the function {other} is not supported")),
            }
        };
        self.expect(")")?;
        let name = if self.takes("as") { self.word()? } else { name };
        Ok((aggregate, name))
    }

    fn operand(&mut self) -> Parsed<Operand> {
        let word = self.word()?;
        if word != "bin" {
            return Ok(Operand::Field(word));
        }
        self.expect("(")?;
        self.expect("1m")?;
        self.expect(")")?;
        Ok(Operand::Minute)
    }

    fn either(&mut self) -> Parsed<Condition> {
        let mut each = vec![self.both()?];
        while self.takes("or") {
            each.push(self.both()?);
        }
        Ok(Condition::Or(each))
    }

    fn both(&mut self) -> Parsed<Condition> {
        let mut each = vec![self.comparison()?];
        while self.takes("and") {
            each.push(self.comparison()?);
        }
        Ok(Condition::And(each))
    }

    fn comparison(&mut self) -> Parsed<Condition> {
        if self.takes("(") {
            let condition = self.either()?;
            self.expect(")")?;
            return Ok(condition);
        }
        let name = self.word()?;
        if name == "ispresent" {
            self.expect("(")?;
            let name = self.word()?;
            self.expect(")")?;
            return Ok(Condition::IsPresent(name));
        }
        if self.takes("like") {
            return match self.next()? {
                Token::Pattern(part) | Token::Text(part) => Ok(Condition::Like(name, part)),
                other => Err(format!("like {other:?} is not supported")),
            };
        }
        if self.takes("in") {
            self.expect("[")?;
            let values = self.list(Self::value)?;
            self.expect("]")?;
            return Ok(Condition::In(name, values));
        }
        match self.next()? {
            Token::Sign(sign) if ["=", "!=", ">=", "<=", ">", "<"].contains(&sign.as_str()) => {
                Ok(Condition::Compare(name, sign, self.value()?))
            }
            other => Err(format!("{other:?} in place of a comparison")),
        }
    }

    fn value(&mut self) -> Parsed<Value> {
        match self.next()? {
            Token::Text(text) => Ok(Value::from(text)),
            Token::Word(word) => {
                word.parse::<u64>().map(Value::from).map_err(|_| format!("{word} in place of a value"))
            }
            other => Err(format!("{other:?} in place of a value")),
        }
    }
}
