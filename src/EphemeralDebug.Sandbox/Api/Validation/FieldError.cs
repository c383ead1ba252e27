using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Validation;

/// <summary>One mistake in one field: its reason as a cause of a Status names it, the field's path, and what is wrong.</summary>
internal sealed record FieldError(string Reason, string Field, string Message)
{
    public static FieldError Required(string field, string detail = "") =>
        new("FieldValueRequired", field, WithDetail("Required value", detail));

    public static FieldError Invalid(string field, string value, string detail) =>
        InvalidValue(field, GoFormat.Quote(value), detail);

    public static FieldError Invalid(string field, long value, string detail) =>
        InvalidValue(field, GoFormat.Number(value), detail);

    /// <summary>An invalid value that is shown as it is given here, without quotes.</summary>
    public static FieldError InvalidValue(string field, string shown, string detail) =>
        new("FieldValueInvalid", field, WithDetail($"Invalid value: {shown}", detail));

    public static FieldError NotSupported(string field, string value, IEnumerable<string> supported) =>
        NotSupportedValue(field, GoFormat.Quote(value), supported);

    public static FieldError NotSupportedValue(string field, string shown, IEnumerable<string> supported) =>
        new("FieldValueNotSupported", field, $"Unsupported value: {shown}: supported values: {GoFormat.QuoteAll(supported)}");

    public static FieldError Duplicate(string field, string value) =>
        new("FieldValueDuplicate", field, $"Duplicate value: {GoFormat.Quote(value)}");

    public static FieldError NotFound(string field, string value) =>
        new("FieldValueNotFound", field, $"Not found: {GoFormat.Quote(value)}");

    public static FieldError Forbidden(string field, string detail) =>
        new("FieldValueForbidden", field, WithDetail("Forbidden", detail));

    public static FieldError TooLong(string field, int limit) =>
        new("FieldValueTooLong", field, $"Too long: may not be more than {limit} bytes");

    public JsonObject ToCause() => new() { ["reason"] = Reason, ["message"] = Message, ["field"] = Field };

    public override string ToString() => $"{Field}: {Message}";

    private static string WithDetail(string message, string detail) => detail.Length == 0 ? message : $"{message}: {detail}";
}
