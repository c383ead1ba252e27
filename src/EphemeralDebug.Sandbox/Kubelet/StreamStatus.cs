using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>What the status channel says at the end. The versions word it differently: v5 comes through the API server.</summary>
internal sealed record StreamStatus(JsonObject Json4, JsonObject Json5, string? Error)
{
    /// <summary>JSON as Go's encoder writes text.</summary>
    public static JsonSerializerOptions Json { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static StreamStatus Success { get; } = new(SuccessObject(), SuccessObject(), Error: null);

    /// <summary>The command ended with a code other than 0.</summary>
    public static StreamStatus Exited(int code, IReadOnlyList<string> command)
    {
        string number = code.ToString(CultureInfo.InvariantCulture);
        string message4 = $"error executing command [{string.Join(' ', command)}], exit code {number}";
        string message5 = $"command terminated with exit code {number}";
        return new StreamStatus(Create(message4), Create(message5), $"command terminated with non-zero exit code: {message4}");

        JsonObject Create(string message) => Failure(
            $"command terminated with non-zero exit code: {message}", "NonZeroExitCode", new JsonObject { ["reason"] = "ExitCode", ["message"] = number });
    }

    /// <summary>The command could not be started.</summary>
    public static StreamStatus NotStarted(string message)
    {
        string error = "error executing command in container: " + message;
        string again = "Internal error occurred: " + error;
        return new StreamStatus(Create(error), Create(again), again);

        static JsonObject Create(string cause)
        {
            JsonObject status = Failure("Internal error occurred: " + cause, "InternalError", new JsonObject { ["message"] = cause });
            status["code"] = 500;
            return status;
        }
    }

    /// <summary>The status in a protocol's words; null when that has none to send.</summary>
    public string? ToText(StreamProtocol protocol) => protocol.Version switch
    {
        5 => Json5.ToJsonString(Json),
        4 => Json4.ToJsonString(Json),
        _ => Error,
    };

    private static JsonObject SuccessObject() => new() { ["metadata"] = new JsonObject(), ["status"] = "Success" };

    private static JsonObject Failure(string message, string reason, JsonObject cause) => new()
    {
        ["metadata"] = new JsonObject(),
        ["status"] = "Failure",
        ["message"] = message,
        ["reason"] = reason,
        ["details"] = new JsonObject { ["causes"] = new JsonArray(cause) },
    };
}
