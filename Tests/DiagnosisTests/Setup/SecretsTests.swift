import Testing

@testable import Diagnosis

@Suite struct SecretsTests {
    @Test(arguments: [
        ("password", "s3cret", "(hidden)"), ("aliases_password", "s3cret", "(hidden)"),
        ("bind_pw", "s3cret", "(hidden)"),
        ("smtp_sasl_password_maps", "static:john:s3cret", "(hidden)"),
        ("smtp_sasl_password_maps", "hash:/etc/postfix/sasl_passwd", "hash:/etc/postfix/sasl_passwd"),
        ("uri", "mongodb://john:s3cret@db.example.org/mail", "mongodb://john:(hidden)@db.example.org/mail"),
        ("uri", "mongodb://db.example.org:27017/mail", "mongodb://db.example.org:27017/mail"),
        ("user", "john", "john"),
    ])
    func valuesAreShownWithoutTheirSecrets(name: String, value: String, shown: String) {
        #expect(Secrets.shown(name, value) == shown)
    }
}
