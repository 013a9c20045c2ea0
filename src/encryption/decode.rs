use super::{
    DecodeError, EncodedSecret, EncryptionConfiguration, FieldPath, GoDuration, Key, Keys,
    KmsConfiguration, Problem, ProviderConfiguration, ResourceConfiguration, document::Node,
};

const API_VERSION: &str = "apiserver.config.k8s.io/v1";
/// The configurations of other things that the API server knows in this version.
const OTHER_KINDS: [&str; 4] = [
    "AdmissionConfiguration",
    "AuthenticationConfiguration",
    "AuthorizationConfiguration",
    "TracingConfiguration",
];

impl EncryptionConfiguration {
    /// Reads a configuration, JSON or YAML. Fields that are null count as missing ones, and what may be missing gets its
    /// default: version v1, three seconds, and a thousand cached keys for version v1.
    ///
    /// # Errors
    ///
    /// The text is no such configuration, or has fields that are unknown, there twice or of another type.
    pub fn parse(text: &[u8]) -> Result<Self, DecodeError> {
        let node = Node::parse(text)?;
        if !matches!(node, Node::Object(_)) {
            return Err(DecodeError::NoObject(node.kind()));
        }
        let mut problems = Vec::new();
        let mut fields = Fields::of(node, FieldPath::default(), &mut problems);
        let (api_version, kind) = (fields.text("apiVersion"), fields.text("kind"));
        check_kind(api_version, kind)?;
        let resources = fields.list("resources", resource);
        fields.end();
        if problems.is_empty() {
            Ok(Self { resources })
        } else {
            Err(DecodeError::Strict(problems))
        }
    }
}

fn check_kind(api_version: String, kind: String) -> Result<(), DecodeError> {
    match (api_version.as_str(), kind.as_str()) {
        (_, "") => Err(DecodeError::MissingKind),
        ("", _) => Err(DecodeError::MissingVersion),
        // The second pair is what a page of documentation once said.
        (API_VERSION, "EncryptionConfiguration") | ("v1", "EncryptionConfig") => Ok(()),
        (API_VERSION, other) if OTHER_KINDS.contains(&other) => {
            Err(DecodeError::OtherKind { kind, api_version })
        }
        _ => Err(DecodeError::UnknownKind { kind, api_version }),
    }
}

fn resource(node: Node, path: FieldPath, problems: &mut Vec<Problem>) -> ResourceConfiguration {
    let mut fields = Fields::of(node, path, problems);
    let configuration = ResourceConfiguration {
        resources: fields.list("resources", text),
        providers: fields.list("providers", provider),
    };
    fields.end();
    configuration
}

fn provider(node: Node, path: FieldPath, problems: &mut Vec<Problem>) -> ProviderConfiguration {
    let mut fields = Fields::of(node, path, problems);
    let configuration = ProviderConfiguration {
        aes_gcm: fields.object("aesgcm", keys),
        aes_cbc: fields.object("aescbc", keys),
        secretbox: fields.object("secretbox", keys),
        identity: fields.object("identity", nothing).is_some(),
        kms: fields.object("kms", kms),
    };
    fields.end();
    configuration
}

fn keys(node: Node, path: FieldPath, problems: &mut Vec<Problem>) -> Keys {
    let mut fields = Fields::of(node, path, problems);
    let keys = fields.list("keys", key);
    fields.end();
    Keys { keys }
}

fn key(node: Node, path: FieldPath, problems: &mut Vec<Problem>) -> Key {
    let mut fields = Fields::of(node, path, problems);
    let key = Key {
        name: fields.text("name"),
        secret: EncodedSecret::from(fields.text("secret")),
    };
    fields.end();
    key
}

fn nothing(node: Node, path: FieldPath, problems: &mut Vec<Problem>) {
    Fields::of(node, path, problems).end();
}

fn kms(node: Node, path: FieldPath, problems: &mut Vec<Problem>) -> KmsConfiguration {
    let mut fields = Fields::of(node, path, problems);
    let configuration = KmsConfiguration {
        api_version: fields.text("apiVersion"),
        name: fields.text("name"),
        cache_size: fields.number("cachesize"),
        endpoint: fields.text("endpoint"),
        timeout: fields
            .duration("timeout")
            .unwrap_or(KmsConfiguration::DEFAULT_TIMEOUT),
    };
    fields.end();
    configuration.or_default()
}

fn text(node: Node, path: FieldPath, problems: &mut Vec<Problem>) -> String {
    match node {
        Node::Text(text) => text,
        Node::Null => String::new(),
        other => {
            wrong(problems, path, "a string", &other);
            String::new()
        }
    }
}

fn wrong(problems: &mut Vec<Problem>, path: FieldPath, expected: &'static str, node: &Node) {
    problems.push(Problem::Type {
        path,
        expected,
        found: node.kind(),
    });
}

/// Whether a text could be the secret of a key.
fn is_like_a_key(text: &str) -> bool {
    let secret = EncodedSecret::from(text.to_owned()).decode();
    secret.is_some_and(|secret| secret.expose().len() >= 16)
}

/// The fields of an object that nobody has taken yet.
struct Fields<'p> {
    path: FieldPath,
    rest: Vec<(String, Node)>,
    problems: &'p mut Vec<Problem>,
}

impl<'p> Fields<'p> {
    fn of(node: Node, path: FieldPath, problems: &'p mut Vec<Problem>) -> Self {
        let rest = match node {
            Node::Object(fields) => fields,
            Node::Null => Vec::new(),
            other => {
                wrong(problems, path.clone(), "an object", &other);
                Vec::new()
            }
        };
        Self {
            path,
            rest,
            problems,
        }
    }

    /// A field that is there and not null. Of those that are there twice, the last.
    fn take(&mut self, name: &str) -> Option<(Node, FieldPath)> {
        let path = self.path.child(name);
        let mut taken = None;
        for (_, node) in self.rest.extract_if(.., |(field, _)| field == name) {
            if taken.replace(node).is_some() {
                let duplicate = Problem::Duplicate(path.clone());
                if !self.problems.contains(&duplicate) {
                    self.problems.push(duplicate);
                }
            }
        }
        taken
            .filter(|node| !matches!(node, Node::Null))
            .map(|node| (node, path))
    }

    fn object<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(Node, FieldPath, &mut Vec<Problem>) -> T,
    ) -> Option<T> {
        let (node, path) = self.take(name)?;
        Some(read(node, path, self.problems))
    }

    fn text(&mut self, name: &str) -> String {
        self.object(name, text).unwrap_or_default()
    }

    fn list<T>(
        &mut self,
        name: &str,
        read: impl Fn(Node, FieldPath, &mut Vec<Problem>) -> T,
    ) -> Vec<T> {
        match self.take(name) {
            None => Vec::new(),
            Some((Node::List(nodes), path)) => nodes
                .into_iter()
                .enumerate()
                .map(|(index, node)| read(node, path.index(index), self.problems))
                .collect(),
            Some((other, path)) => {
                wrong(self.problems, path, "a list", &other);
                Vec::new()
            }
        }
    }

    fn number(&mut self, name: &str) -> Option<i32> {
        let (node, path) = self.take(name)?;
        let number = match &node {
            Node::Number(Some(number)) => i32::try_from(*number).ok(),
            _ => None,
        };
        if number.is_none() {
            wrong(self.problems, path, "a whole number of 32 bits", &node);
        }
        number
    }

    fn duration(&mut self, name: &str) -> Option<GoDuration> {
        let (node, path) = self.take(name)?;
        let Node::Text(text) = node else {
            wrong(self.problems, path, "a duration such as \"3s\"", &node);
            return None;
        };
        match text.parse() {
            Ok(duration) => Some(duration),
            Err(cause) => {
                self.problems.push(Problem::Duration(path, cause));
                None
            }
        }
    }

    /// Whatever is left, nobody would have read.
    fn end(self) {
        for (name, _) in self.rest {
            // A slip of the pen makes a name of a key; errors end up in logs.
            let name = if is_like_a_key(&name) {
                "REDACTED"
            } else {
                &name
            };
            let unknown = Problem::Unknown(self.path.child(name));
            if !self.problems.contains(&unknown) {
                self.problems.push(unknown);
            }
        }
    }
}
