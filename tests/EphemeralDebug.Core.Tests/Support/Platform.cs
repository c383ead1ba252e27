using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EphemeralDebug.Tests;

/// <summary>
/// What this machine's cryptography can do. All of it on Linux, macOS and Windows; Wine lacks some, and tests that need
/// it say so.
/// </summary>
internal static class Platform
{
    public const string NoEllipticCurves = "The cryptography of this machine has no elliptic curves (as under Wine).";
    public const string NoClientCertificates = "The cryptography of this machine does not join a certificate with its key (as under Wine).";

    /// <summary>Keys on elliptic curves can be made.</summary>
    public static bool HasEllipticCurves { get; } = Can(static () => ECDsa.Create(ECCurve.NamedCurves.nistP256).Dispose());

    /// <summary>A certificate can be joined with its private key, which client certificates take.</summary>
    public static bool JoinsCertificatesAndKeys { get; } = Can(static () =>
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=probe", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1)).Dispose();
    });

    /// <summary>This is Wine, which says so where Windows says nothing.</summary>
    public static bool IsWine { get; } = OperatingSystem.IsWindows()
        && NativeLibrary.TryLoad("ntdll.dll", out nint library)
        && NativeLibrary.TryGetExport(library, "wine_get_version", out _);

    private static bool Can(Action attempt)
    {
        try
        {
            attempt();
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
