using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EphemeralDebug.Tests.Configuration;

/// <summary>
/// Certificates made for one run of the tests: a CA, the server's and two clients' that it signed, and a CA that signed
/// nothing. Files are named as in the recordings.
/// </summary>
internal sealed class TestCertificates
{
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);

    private TestCertificates()
    {
        using var root = TestAuthority.CreateRoot("root");
        using var authority = TestAuthority.CreateRoot("ca");
        using TestAuthority intermediate = root.CreateIntermediate("intermediate");
        using var other = TestAuthority.CreateRoot("other");
        // One key for both, since Wine keeps only the last that was imported.
        using var serverKey = RSA.Create(2048);
        Server = authority.SignServer(serverKey);
        ServerOfIntermediate = intermediate.SignServer(serverKey);
        _files["ca.crt"] = authority.Pem;
        _files["root.crt"] = root.Pem;
        _files["intermediate.crt"] = intermediate.Pem;
        _files["server.crt"] = Server.ExportCertificatePem();
        _files["other.crt"] = other.Pem;
        AddRsaClient(authority);
        if (Platform.HasEllipticCurves)
        {
            AddEllipticClient(authority);
        }
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

    private void AddRsaClient(TestAuthority authority)
    {
        using var key = RSA.Create(2048);
        _files["rsa.crt"] = authority.SignClient(new CertificateRequest(
            "CN=client-rsa", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        _files["rsa.key"] = key.ExportRSAPrivateKeyPem();
        _files["rsa8.key"] = key.ExportPkcs8PrivateKeyPem();
    }

    private void AddEllipticClient(TestAuthority authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _files["ec.crt"] = authority.SignClient(new CertificateRequest("CN=client-ec", key, HashAlgorithmName.SHA256));
        _files["ec.key"] = key.ExportECPrivateKeyPem();
        _files["ec8.key"] = key.ExportPkcs8PrivateKeyPem();
    }
}
