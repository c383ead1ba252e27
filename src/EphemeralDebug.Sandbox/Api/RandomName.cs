using System.Security.Cryptography;

namespace EphemeralDebug.Sandbox.Api;

/// <summary>Generated ends of names.</summary>
internal static class RandomName
{
    /// <summary>Characters that make neither words nor confusion.</summary>
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>Five random characters, as the API server appends them to generateName.</summary>
    public static string Suffix() => RandomNumberGenerator.GetString(Alphabet, 5);
}
