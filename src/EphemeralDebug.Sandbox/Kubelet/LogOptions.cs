using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>The query of a log request.</summary>
internal sealed record LogOptions
{
    public string? Container { get; private init; }

    public bool Follow { get; private init; }

    public bool Previous { get; private init; }

    public bool Timestamps { get; private init; }

    public long? TailLines { get; private init; }

    public long? LimitBytes { get; private init; }

    public long? SinceSeconds { get; private init; }

    public DateTimeOffset? SinceTime { get; private init; }

    /// <summary>Reads and checks the options (Kubernetes, <c>ValidatePodLogOptions</c>).</summary>
    /// <exception cref="RequestRefusedException">One is no number, no time, or out of its range.</exception>
    public static LogOptions Parse(IQueryCollection query, string podName)
    {
        var options = new LogOptions
        {
            Container = query["container"].FirstOrDefault(),
            Follow = StreamOptions.IsTrue(query["follow"]),
            Previous = StreamOptions.IsTrue(query["previous"]),
            Timestamps = StreamOptions.IsTrue(query["timestamps"]),
            TailLines = ParseNumber(query, "tailLines"),
            LimitBytes = ParseNumber(query, "limitBytes"),
            SinceSeconds = ParseNumber(query, "sinceSeconds"),
            SinceTime = ParseTime(query, "sinceTime"),
        };
        options.Check(podName, query.ContainsKey("stream"));
        return options;
    }

    private static long? ParseNumber(IQueryCollection query, string name)
    {
        if (query[name].FirstOrDefault() is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
        {
            return number;
        }

        bool isNumber = text.TrimStart('+', '-') is { Length: > 0 } digits && digits.All(char.IsAsciiDigit);
        throw RequestRefusedException.BadRequest($"strconv.ParseInt: parsing \"{text}\": {(isNumber ? "value out of range" : "invalid syntax")}");
    }

    private static DateTimeOffset? ParseTime(IQueryCollection query, string name)
    {
        if (query[name].FirstOrDefault() is not { Length: > 0 } text)
        {
            return null;
        }

        return text.Length > 10 && text[10] == 'T'
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : throw RequestRefusedException.BadRequest($"parsing time \"{text}\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"{text}\" as \"2006\"");
    }

    private void Check(string podName, bool hasStream)
    {
        var causes = new List<(string Field, string Reason, string Message)>();
        if (TailLines < 0)
        {
            causes.Add(("tailLines", "FieldValueInvalid", $"Invalid value: {Show(TailLines)}: must be greater than or equal to 0"));
        }

        if (LimitBytes < 1)
        {
            causes.Add(("limitBytes", "FieldValueInvalid", $"Invalid value: {Show(LimitBytes)}: must be greater than 0"));
        }

        if (SinceSeconds is not null && SinceTime is not null)
        {
            causes.Add(("[]", "FieldValueForbidden", "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified"));
        }
        else if (SinceSeconds < 1)
        {
            causes.Add(("sinceSeconds", "FieldValueInvalid", $"Invalid value: {Show(SinceSeconds)}: must be greater than 0"));
        }

        if (hasStream)
        {
            causes.Add(("stream", "FieldValueForbidden", "Forbidden: may not be specified"));
        }

        if (causes.Count > 0)
        {
            throw Refuse(podName, causes);
        }
    }

    private static string Show(long? number) => number!.Value.ToString(CultureInfo.InvariantCulture);

    private static RequestRefusedException Refuse(string podName, List<(string Field, string Reason, string Message)> causes)
    {
        string text = string.Join(", ", causes.Select(cause => $"{cause.Field}: {cause.Message}"));
        var details = new JsonObject
        {
            ["name"] = podName,
            ["kind"] = "PodLogOptions",
            ["causes"] = new JsonArray([.. causes.Select(cause => new JsonObject { ["reason"] = cause.Reason, ["message"] = cause.Message, ["field"] = cause.Field })]),
        };
        return RequestRefusedException.Status(
            StatusCodes.Status422UnprocessableEntity, "Invalid", $"PodLogOptions \"{podName}\" is invalid: {(causes.Count == 1 ? text : $"[{text}]")}", details);
    }
}
