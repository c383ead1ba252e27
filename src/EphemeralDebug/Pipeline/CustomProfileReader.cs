using System.Management.Automation;
using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Debugging;
using EphemeralDebug.Debugging.Profiles;

namespace EphemeralDebug.Pipeline;

/// <summary>Reads what people give as a custom profile: a hashtable or object, the path of a JSON or YAML file, or such text.</summary>
internal static class CustomProfileReader
{
    /// <summary>A part of one container is far smaller.</summary>
    private const int MaximumBytes = 1024 * 1024;

    /// <summary>The profile.</summary>
    /// <exception cref="EphemeralDebugException">There is no such file, or it holds no part of a container.</exception>
    public static JsonObject Read(object given, PSCmdlet cmdlet)
    {
        object value = given is PSObject wrapper ? wrapper.BaseObject : given;
        return value switch
        {
            FileInfo file => ReadFile(file.FullName),
            string text when IsContent(text) => CustomProfile.Parse(Encoding.UTF8.GetBytes(text), "The text"),
            string path => ReadFile(cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path)),
            _ => FromObject(given),
        };
    }

    /// <summary>JSON, YAML of several lines, or one line of it such as <c>securityContext: {runAsUser: 0}</c>: no path is like that.</summary>
    private static bool IsContent(string text) =>
        text.Contains('\n', StringComparison.Ordinal)
        || text.Contains(": ", StringComparison.Ordinal)
        || text.TrimStart().StartsWith('{');

    private static JsonObject FromObject(object given)
    {
        try
        {
            return JsonConversion.ToJson(given) as JsonObject ?? throw new FormatException("it is no hashtable");
        }
        catch (FormatException exception)
        {
            throw Unusable("InvalidCustomProfile", FailureKind.InvalidArgument, $"The custom profile is not a part of a container: {exception.Message}.");
        }
    }

    private static JsonObject ReadFile(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: > MaximumBytes }
                ? throw Unusable("InvalidCustomProfile", FailureKind.InvalidArgument, $"The file '{path}' is too large for a custom profile.")
                : CustomProfile.Parse(File.ReadAllBytes(path), $"The file '{path}'");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable("CustomProfileNotRead", FailureKind.NotFound, $"The custom profile '{path}' cannot be read: {exception.Message}");
        }
    }

    private static EphemeralDebugException Unusable(string id, FailureKind kind, string message) => new(
        id,
        kind,
        message,
        "Give a hashtable such as @{ securityContext = @{ runAsUser = 0 } }, the path of a JSON or YAML file, or its text.");
}
