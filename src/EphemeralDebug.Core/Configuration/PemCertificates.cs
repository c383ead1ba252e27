using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EphemeralDebug.Configuration;

/// <summary>Certificates in PEM text.</summary>
internal static class PemCertificates
{
    /// <summary>
    /// Every certificate in <paramref name="pem"/>, in order; like Go's pools it passes over blocks of other kinds
    /// and those that cannot be read.
    /// </summary>
    public static X509Certificate2Collection Read(ReadOnlySpan<byte> pem)
    {
        var certificates = new X509Certificate2Collection();
        ReadOnlySpan<char> rest = Encoding.UTF8.GetString(pem);
        while (PemEncoding.TryFind(rest, out PemFields fields))
        {
            if (rest[fields.Label] is "CERTIFICATE")
            {
                TryAdd(certificates, rest[fields.Base64Data]);
            }

            rest = rest[fields.Location.End..];
        }

        return certificates;
    }

    private static void TryAdd(X509Certificate2Collection certificates, ReadOnlySpan<char> base64)
    {
        byte[] data = new byte[base64.Length];
        if (!Convert.TryFromBase64Chars(base64, data, out int length))
        {
            return;
        }

        try
        {
            certificates.Add(X509CertificateLoader.LoadCertificate(data.AsSpan(0, length)));
        }
        catch (CryptographicException)
        {
            // One unreadable certificate does not make the others untrustworthy.
        }
    }
}
