import Foundation
import NIOSSL

/// A server's certificate chain and key, as files have them.
struct Certificate {
    let chain: [NIOSSLCertificate]
    private let leaf: NIOSSLCertificate

    /// - Parameter path: PEM; a key may stand beside the certificates.
    /// - Throws: why there is no certificate, in words.
    init(file path: String) throws(Unreadable) {
        do {
            chain = try NIOSSLCertificate.fromPEMFile(path)
        } catch {
            throw Unreadable("there is no certificate in it that could be read (PEM)")
        }
        guard let leaf = chain.first else { throw Unreadable("there is no certificate in it (PEM)") }
        self.leaf = leaf
    }

    struct Unreadable: Error {
        let reason: String
        init(_ reason: String) { self.reason = reason }
    }

    var begins: Date { Date(timeIntervalSince1970: TimeInterval(leaf.notValidBefore)) }
    var ends: Date { Date(timeIntervalSince1970: TimeInterval(leaf.notValidAfter)) }

    /// The names that it is for, in lower case: RFC 9525 §6 looks at subjectAltName alone.
    var names: [String] {
        leaf._subjectAlternativeNames().compactMap { name in
            guard name.nameType == .dnsName else { return nil }
            return name.contents.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self).lowercased() }
        }
    }

    /// Whether it is for a host; `*.example.org` stands for one label.
    func isFor(_ host: String) -> Bool {
        let host = host.lowercased()
        let parent = host.firstIndex(of: ".").map { String(host[$0...]) }
        return names.contains { $0 == host || ($0.hasPrefix("*.") && String($0.dropFirst()) == parent) }
    }

    /// Whether a key is the certificate's.
    func fits(_ key: NIOSSLPrivateKey) -> Bool {
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        return (try? NIOSSLContext(configuration: configuration)) != nil
    }
}
