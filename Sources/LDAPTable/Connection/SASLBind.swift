import CLDAP
import Glibc

extension LDAPConnection {
    /// Binds by SASL (RFC 4513 §5.2) with the mechanisms of libsasl.
    func saslBind(_ identity: SASLIdentity) -> Int32 {
        let code = ldap_set_option(
            handle, LDAP_OPT_X_SASL_SECPROPS, "minssf=\(identity.minimumStrength)")
        guard code == LDAP_OPT_SUCCESS else { return code }
        let answers = SASLAnswers(identity)
        return withExtendedLifetime(answers) {
            ldap_sasl_interactive_bind_s(
                handle, nil, identity.mechanisms.isEmpty ? nil : identity.mechanisms, nil, nil,
                UInt32(LDAP_SASL_QUIET),
                { _, _, context, questions in
                    guard let context, let questions else { return LDAP_PARAM_ERROR }
                    Unmanaged<SASLAnswers>.fromOpaque(context).takeUnretainedValue().answer(questions)
                    return LDAP_SUCCESS
                }, Unmanaged.passUnretained(answers).toOpaque())
        }
    }
}

/// What a mechanism is told when it asks, in memory that stays where it is while it may look there.
private final class SASLAnswers {
    private let texts: [UInt: UnsafeMutablePointer<CChar>]

    init(_ identity: SASLIdentity) {
        let answers = [
            SASL_CB_GETREALM: identity.realm, SASL_CB_AUTHNAME: identity.name,
            SASL_CB_USER: identity.authorization, SASL_CB_PASS: identity.password,
        ]
        var texts: [UInt: UnsafeMutablePointer<CChar>] = [:]
        for (question, text) in answers { texts[UInt(question)] = strdup(text) }
        self.texts = texts
    }

    deinit { texts.values.forEach { free($0) } }

    func answer(_ questions: UnsafeMutableRawPointer) {
        var question = questions.assumingMemoryBound(to: sasl_interact_t.self)
        while question.pointee.id != UInt(SASL_CB_LIST_END) {
            let text = texts[question.pointee.id]
            question.pointee.result = text.map { UnsafeRawPointer($0) }
            question.pointee.len = text.map { UInt32(strlen($0)) } ?? 0
            question += 1
        }
    }
}
