using System.Globalization;
using System.Management.Automation;
using EphemeralDebug.Debugging.Logs;

namespace EphemeralDebug.Pipeline;

/// <summary>Reads since when lines are wanted: a time, or the time that has passed since.</summary>
internal static class LogTime
{
    /// <summary>Adds the time to the options.</summary>
    /// <exception cref="EphemeralDebugException">It is neither a time nor a duration.</exception>
    public static LogOptions AddTo(LogOptions options, object? since) => (since is PSObject wrapper ? wrapper.BaseObject : since) switch
    {
        null => options,
        TimeSpan age when age > TimeSpan.Zero => options with { Age = age },
        DateTimeOffset time => options with { Since = time },
        DateTime time => options with { Since = new DateTimeOffset(time) },
        string text when TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan age) && age > TimeSpan.Zero => options with { Age = age },
        string text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTimeOffset time) =>
            options with { Since = time },
        _ => throw new EphemeralDebugException(
            "InvalidTime",
            FailureKind.InvalidArgument,
            $"'{since}' is neither a time nor a duration.",
            "Give a time such as (Get-Date).AddHours(-1) or 2026-01-31T12:00:00Z, or a duration such as (New-TimeSpan -Minutes 5) or 00:05:00."),
    };
}
