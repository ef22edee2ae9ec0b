import Foundation
import NIOSSL
import PostfixConfig

/// The certificate that clients see: not there, at its end, for another name, or with another key.
public struct CertificateTrouble: Rule {
    public static let name = "certificate"
    public static let summary =
        "The server's certificate is missing, ends soon, is not for myhostname, or does not fit its key."
    public static let remedy = "renew it (`certbot renew`), or name the files that belong together"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.files

    public init() {}

    /// Let's Encrypt renews 30 days before the end; what is still there two weeks before it is not being renewed.
    private static let notice = TimeInterval(14 * 86_400)

    /// A pair of files, and where they are named.
    private struct Pair: Hashable {
        let certificate: String
        let key: String
        let evidence: Evidence
        let keyEvidence: Evidence
        let hostname: String
    }

    public func findings(in setup: Setup) async -> [Finding] {
        Set(setup.listeners.flatMap { Self.pairs($0, setup) }).flatMap { findings(about: $0, setup) }
    }

    private static func pairs(_ listener: SMTPListener, _ setup: Setup) -> [Pair] {
        let configuration = listener.configuration
        let hostname = configuration[.myhostname]
        func value(_ name: String) -> String {
            let value = configuration.value(named: name) ?? ""
            return value == "none" ? "" : value
        }
        let chains = ListSyntax.split(value("smtpd_tls_chain_files"))
        if !chains.isEmpty {
            let evidence = setup.evidence("smtpd_tls_chain_files", at: listener)
            // A key, then its certificates, in one file or in two.
            return chains.filter {
                (try? NIOSSLCertificate.fromPEMFile($0))?.isEmpty == false || chains.count == 1
            }
            .map { certificate in
                let key =
                    Self.hasKey(certificate) ? certificate : chains.first(where: Self.hasKey) ?? certificate
                return Pair(
                    certificate: certificate, key: key, evidence: evidence, keyEvidence: evidence,
                    hostname: hostname)
            }
        }
        return ["smtpd_tls_cert_file", "smtpd_tls_eccert_file"].compactMap { parameter in
            let file = value(parameter)
            guard !file.isEmpty else { return nil }
            let keyParameter = parameter.replacing("cert_file", with: "key_file").replacing(
                "eccert", with: "eckey")
            let key = value(keyParameter)
            return Pair(
                certificate: file, key: key.isEmpty ? file : key,
                evidence: setup.evidence(parameter, at: listener),
                keyEvidence: setup.evidence(keyParameter, at: listener), hostname: hostname)
        }
    }

    private static func hasKey(_ path: String) -> Bool {
        (try? FileContent.read(path)).map { String(decoding: $0, as: UTF8.self).contains("PRIVATE KEY-----") }
            ?? false
    }

    private func findings(about pair: Pair, _ setup: Setup) -> [Finding] {
        for (path, evidence) in [(pair.certificate, pair.evidence), (pair.key, pair.keyEvidence)] {
            do throws(FileContent.Failure) { _ = try FileContent.read(path) } catch {
                return [unreadable(path, error, evidence)]
            }
        }
        var findings = keyFindings(pair)
        do throws(Certificate.Unreadable) {
            let certificate = try Certificate(file: pair.certificate)
            findings += dates(of: certificate, pair, now: setup.now)
            findings += names(of: certificate, pair)
            findings += fit(of: certificate, pair)
        } catch {
            findings.append(
                finding(
                    .error, pair.certificate, "\(error.reason), so STARTTLS fails", evidence: [pair.evidence],
                    cure:
                        "put the certificate and those of its issuers there: openssl x509 -noout -text -in \(pair.certificate)"
                ))
        }
        return findings
    }

    private func unreadable(_ path: String, _ failure: FileContent.Failure, _ evidence: Evidence) -> Finding {
        let isMissing = failure.description == SystemReason(ENOENT).description
        // Only root may read a key; a server that has given up root's rights asks this too, when it is told to read again.
        return finding(
            isMissing ? .error : .advice, path,
            isMissing ? "is not there, so STARTTLS fails" : "cannot be read: \(failure)",
            evidence: [evidence],
            cure: isMissing
                ? "correct the path, or get a certificate: certbot certonly"
                : "run the check as root: sudo martlet check")
    }

    private func keyFindings(_ pair: Pair) -> [Finding] {
        guard let status = try? FileStatus(path: pair.key), status.mode & 0o004 != 0, Self.hasKey(pair.key)
        else { return [] }
        return [
            finding(
                .warning, pair.key, "holds the server's key, and everybody on this machine may read it",
                evidence: [Evidence(place: pair.key, status.rights), pair.keyEvidence],
                cure: "let root alone read it:", commands: [.init("chmod 0600 \(Shell.quoted(pair.key))")])
        ]
    }

    private func dates(of certificate: Certificate, _ pair: Pair, now: Date) -> [Finding] {
        let ends = LocalTime.text(certificate.ends.timeIntervalSince1970)
        let begins = LocalTime.text(certificate.begins.timeIntervalSince1970)
        let evidence = [Evidence(place: pair.certificate, "valid from \(begins) to \(ends)"), pair.evidence]
        let renew = "renew it, and have that done by itself: certbot renew; systemctl status certbot.timer"
        if certificate.ends < now {
            return [
                finding(
                    .error, pair.certificate, "ended on \(ends): clients complain, or send no mail",
                    evidence: evidence, cure: renew)
            ]
        }
        if certificate.begins > now {
            return [
                finding(
                    .error, pair.certificate,
                    "is valid only from \(begins) on: clients complain, or send no mail",
                    evidence: evidence, cure: "see whether this machine's clock is right: date; timedatectl")
            ]
        }
        guard certificate.ends < now + Self.notice else { return [] }
        return [
            finding(
                .warning, pair.certificate, "ends on \(ends), and nobody has renewed it", evidence: evidence,
                cure: renew)
        ]
    }

    private func names(of certificate: Certificate, _ pair: Pair) -> [Finding] {
        guard !certificate.isFor(pair.hostname) else { return [] }
        let names =
            certificate.names.isEmpty ? "no name" : certificate.names.prefix(10).joined(separator: ", ")
        return [
            finding(
                .warning, pair.certificate,
                "is not for myhostname, \(pair.hostname): clients that look at the name complain",
                evidence: [Evidence(place: pair.certificate, "for \(names)"), pair.evidence],
                cure:
                    "get one for that name: certbot certonly -d \(pair.hostname); or let myhostname be a name that it has"
            )
        ]
    }

    private func fit(of certificate: Certificate, _ pair: Pair) -> [Finding] {
        let evidence = [pair.evidence, pair.keyEvidence]
        guard let key = try? NIOSSLPrivateKey(file: pair.key, format: .pem) else {
            return [
                finding(
                    .error, pair.key,
                    "there is no key in it that could be read (PEM, without a passphrase), so STARTTLS fails",
                    evidence: evidence, cure: "name the file of the certificate's key in smtpd_tls_key_file")
            ]
        }
        guard !certificate.fits(key) else { return [] }
        return [
            finding(
                .error, pair.key,
                "is not the key of the certificate in \(pair.certificate), so STARTTLS fails",
                evidence: evidence, cure: "name the certificate and the key that were made together")
        ]
    }
}
