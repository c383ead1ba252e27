using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EphemeralDebug.Tests.Configuration;

/// <summary>
/// Certificates made for one run of the tests: a CA, the server's and two clients' that it signed, and a CA that signed
/// nothing. Files are named as in the recordings.
/// </summary>
internal sealed class TestCertificates
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UtcNow.AddHours(-1);
    private static readonly DateTimeOffset End = Start.AddDays(2);
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);

    private TestCertificates()
    {
        using ECDsa rootKey = NewKey();
        using X509Certificate2 root = Authority("root", rootKey, issuer: null);
        using ECDsa authorityKey = NewKey();
        using X509Certificate2 authority = Authority("ca", authorityKey, issuer: null);
        using ECDsa intermediateKey = NewKey();
        using X509Certificate2 intermediate = Authority("intermediate", intermediateKey, root);
        using ECDsa otherKey = NewKey();
        using X509Certificate2 other = Authority("other", otherKey, issuer: null);
        Server = SignServer(authority);
        ServerOfIntermediate = SignServer(intermediate);
        using RSA rsa = RSA.Create(2048);
        using ECDsa ec = NewKey();
        _files["ca.crt"] = authority.ExportCertificatePem();
        _files["root.crt"] = root.ExportCertificatePem();
        _files["intermediate.crt"] = intermediate.ExportCertificatePem();
        _files["server.crt"] = Server.ExportCertificatePem();
        _files["other.crt"] = other.ExportCertificatePem();
        _files["rsa.crt"] = SignClient(new CertificateRequest(
            "CN=client-rsa", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), authority);
        _files["rsa.key"] = rsa.ExportRSAPrivateKeyPem();
        _files["rsa8.key"] = rsa.ExportPkcs8PrivateKeyPem();
        _files["ec.crt"] = SignClient(new CertificateRequest("CN=client-ec", ec, HashAlgorithmName.SHA256), authority);
        _files["ec.key"] = ec.ExportECPrivateKeyPem();
        _files["ec8.key"] = ec.ExportPkcs8PrivateKeyPem();
    }

    public static TestCertificates Instance { get; } = new();

    public X509Certificate2 Server { get; }

    public X509Certificate2 ServerOfIntermediate { get; }

    /// <summary>The PEM text of a file such as <c>rsa8.key</c>, or of several joined by <c> + </c>.</summary>
    public string Pem(string names) =>
        string.Join('\n', names.Split(" + ").Select(name => _files[name])) + "\n";

    /// <summary>The text with every <c>&lt;ca.crt&gt;</c> and the like replaced by the base64 of the PEM file.</summary>
    public string Expand(string text)
    {
        foreach (string name in _files.Keys.Append("other.crt + ca.crt"))
        {
            string data = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Pem(name)));
            text = text.Replace($"<{name}>", data, StringComparison.Ordinal);
        }

        return text;
    }

    private static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static X509Certificate2 Authority(string name, ECDsa key, X509Certificate2? issuer)
    {
        var request = new CertificateRequest($"CN=test {name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (issuer is null)
        {
            return request.CreateSelfSigned(Start, End);
        }

        using X509Certificate2 certificate = request.Create(issuer, Start, End, SerialNumber());
        return certificate.CopyWithPrivateKey(key);
    }

    private static X509Certificate2 SignServer(X509Certificate2 issuer)
    {
        using ECDsa key = NewKey();
        var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName("inner.example");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.Create(issuer, Start, End, SerialNumber());
        using X509Certificate2 withKey = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), password: null);
    }

    private static string SignClient(CertificateRequest request, X509Certificate2 issuer)
    {
        var generator = X509SignatureGenerator.CreateForECDsa(issuer.GetECDsaPrivateKey()!);
        using X509Certificate2 certificate = request.Create(issuer.SubjectName, generator, Start, End, SerialNumber());
        return certificate.ExportCertificatePem();
    }

    private static byte[] SerialNumber()
    {
        byte[] number = RandomNumberGenerator.GetBytes(12);
        number[0] &= 0x7F;
        return number;
    }
}
