using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EphemeralDebug.Configuration.Credentials;

/// <summary>A client certificate with its private key and the intermediate certificates to send along.</summary>
internal sealed class ClientCertificate(X509Certificate2 certificate, X509Certificate2Collection intermediates)
{
    /// <summary>The certificate in the form that the TLS handshake takes.</summary>
    public SslStreamCertificateContext CreateContext() =>
        SslStreamCertificateContext.Create(certificate, intermediates, offline: true);

    /// <summary>Whether both are the same certificate, or both none.</summary>
    public static bool AreSame(ClientCertificate? one, ClientCertificate? other) =>
        ReferenceEquals(one, other) || (one is not null && other is not null && one.HasSameCertificate(other));

    /// <summary>
    /// Reads PEM text: the first certificate and those after it, and a key in PKCS#1, PKCS#8 or SEC1 form. Either may
    /// stand beside other blocks, as where both are in one file.
    /// </summary>
    /// <exception cref="CryptographicException">There is no certificate or no key, or they do not belong together.</exception>
    public static ClientCertificate FromPem(ReadOnlySpan<byte> certificatePem, ReadOnlySpan<byte> keyPem)
    {
        X509Certificate2Collection chain = PemCertificates.Read(certificatePem);
        if (chain.Count == 0)
        {
            throw new CryptographicException("There is no certificate in PEM form.");
        }

        X509Certificate2 leaf = chain[0];
        chain.RemoveAt(0);
        try
        {
            using (leaf)
            using (var withKey = X509Certificate2.CreateFromPem(leaf.ExportCertificatePem(), Encoding.UTF8.GetString(keyPem)))
            {
                return new ClientCertificate(Usable(withKey), chain);
            }
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException("The private key does not belong to the certificate.", e);
        }
    }

    private bool HasSameCertificate(ClientCertificate other) => certificate.RawDataMemory.Span.SequenceEqual(
        other.RawCertificate.Span);

    private ReadOnlyMemory<byte> RawCertificate => certificate.RawDataMemory;

    // Windows' TLS cannot use a key that exists only in memory; importing it as PKCS#12 gives it one on disk, which is
    // removed again with the certificate.
    private static X509Certificate2 Usable(X509Certificate2 withKey) => OperatingSystem.IsWindows()
        ? X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), password: null)
        : new X509Certificate2(withKey);
}
