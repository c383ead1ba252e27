using System.Globalization;
using System.Text.Json;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Streaming;

/// <summary>How a stream ended, as the server said on the status channel.</summary>
/// <param name="ExitCode">The command's exit code; null when the command could not be run at all.</param>
/// <param name="Message">What the server says, control characters made visible; null for success.</param>
internal sealed record ExitStatus(long? ExitCode, string? Message)
{
    /// <summary>The command could not be started, or its end is not known.</summary>
    public bool IsFailure => ExitCode is null;

    /// <summary>Reads the JSON of the status channel; null when it is not one.</summary>
    public static ExitStatus? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, WireJson.Default.StatusResource) is { Status: "Success" or "Failure" } status
                ? From(status)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ExitStatus From(StatusResource status)
    {
        if (status.Status is "Success")
        {
            return new ExitStatus(0, null);
        }

        // The texts differ between protocol versions; the cause is the same in all of them.
        string? code = status.Reason is "NonZeroExitCode"
            ? status.Details?.Causes?.Find(cause => cause.Reason is "ExitCode")?.Message
            : null;
        long? exitCode = long.TryParse(code, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long parsed)
            ? parsed
            : null;
        return new ExitStatus(exitCode, ControlCharacters.MakeVisible(status.Message ?? "The command failed."));
    }
}
