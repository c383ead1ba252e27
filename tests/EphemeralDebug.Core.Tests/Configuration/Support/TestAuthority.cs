using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace EphemeralDebug.Tests.Configuration;

/// <summary>
/// A certificate authority made for one run of the tests. Its key stays apart from its certificate, and a server's comes
/// to its certificate by way of PKCS #12, because Wine cannot join the two in memory.
/// </summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UtcNow.AddHours(-1);
    private static readonly DateTimeOffset End = Start.AddDays(2);
    private readonly RSA _key = RSA.Create(2048);
    private readonly X509Certificate2 _certificate;

    private TestAuthority(string name, TestAuthority? issuer)
    {
        CertificateRequest request = Request($"CN=test {name}", _key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _certificate = issuer is null ? Sign(request, request.SubjectName, _key) : issuer.Sign(request);
    }

    public string Pem => _certificate.ExportCertificatePem();

    public static TestAuthority CreateRoot(string name) => new(name, issuer: null);

    public TestAuthority CreateIntermediate(string name) => new(name, this);

    public string SignClient(CertificateRequest request)
    {
        using X509Certificate2 certificate = Sign(request);
        return certificate.ExportCertificatePem();
    }

    public X509Certificate2 SignServer(RSA key)
    {
        CertificateRequest request = Request("CN=server", key);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName("inner.example");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = Sign(request);
        return Join(certificate, key);
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }

    private static CertificateRequest Request(string subject, RSA key) =>
        new(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    private static X509Certificate2 Join(X509Certificate2 certificate, RSA key)
    {
        var id = new Pkcs9LocalKeyId([1]);
        var contents = new Pkcs12SafeContents();
        contents.AddCertificate(certificate).Attributes.Add(id);
        contents.AddKeyUnencrypted(key).Attributes.Add(id);
        var builder = new Pkcs12Builder();
        builder.AddSafeContentsUnencrypted(contents);
        builder.SealWithMac(password: null, HashAlgorithmName.SHA256, 2000);
        return X509CertificateLoader.LoadPkcs12(builder.Encode(), password: null);
    }

    private static X509Certificate2 Sign(CertificateRequest request, X500DistinguishedName issuer, RSA issuerKey)
    {
        byte[] serialNumber = RandomNumberGenerator.GetBytes(12);
        serialNumber[0] &= 0x7F;
        return request.Create(
            issuer, X509SignatureGenerator.CreateForRSA(issuerKey, RSASignaturePadding.Pkcs1), Start, End, serialNumber);
    }

    private X509Certificate2 Sign(CertificateRequest request) => Sign(request, _certificate.SubjectName, _key);
}
