using System.Text;

namespace EphemeralDebug.Configuration.Credentials;

/// <summary>Values of the Authorization header.</summary>
internal static class AuthorizationHeader
{
    public static string Basic(string? userName, string? password) =>
        $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{userName}:{password}"))}";

    /// <summary>A bearer token's header, or null when the token is blank or has characters that no header may have.</summary>
    public static string? Bearer(string token)
    {
        if (string.IsNullOrWhiteSpace(token))
        {
            return null;
        }

        foreach (char c in token)
        {
            if (char.IsControl(c) && c != '\t')
            {
                return null;
            }
        }

        return $"Bearer {token}";
    }
}
