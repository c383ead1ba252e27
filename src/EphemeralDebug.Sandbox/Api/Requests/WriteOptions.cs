using System.Globalization;
using System.Text;
using EphemeralDebug.Sandbox.Api.Editions;
using EphemeralDebug.Sandbox.Api.Validation;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace EphemeralDebug.Sandbox.Api.Requests;

/// <summary>What happens with fields that the server does not know.</summary>
internal enum FieldValidation
{
    Warn,
    Ignore,
    Strict,
}

/// <summary>The options of a write, from the query.</summary>
internal sealed record WriteOptions(bool DryRun, FieldValidation FieldValidation, string? FieldManager, bool Force)
{
    private const string OptionsGroup = "meta.k8s.io";

    private static readonly string[] FieldValidations = ["", "Ignore", "Strict", "Warn"];

    /// <summary>Reads the options; <paramref name="kind"/> is what the server calls them.</summary>
    /// <exception cref="ApiStatusException">An option has a value that it cannot have.</exception>
    public static WriteOptions Read(ApiRequest request, string kind, bool apply = false)
    {
        IQueryCollection query = request.Query;
        var errors = new List<FieldError>();
        string fieldManager = query["fieldManager"].ToString();
        bool force = QueryValues.IsSet(query["force"]);
        if (kind == "PatchOptions")
        {
            if (apply && fieldManager.Length == 0)
            {
                errors.Add(FieldError.Required("fieldManager", "is required for apply patch"));
            }
            else if (!apply && query.ContainsKey("force"))
            {
                errors.Add(FieldError.Forbidden("force", "may not be specified for non-apply patch"));
            }
        }

        errors.AddRange(CheckFieldManager(fieldManager));
        errors.AddRange(CheckDryRun(query["dryRun"], request.Edition.Bodies));
        string fieldValidation = query["fieldValidation"].ToString();
        if (!FieldValidations.Contains(fieldValidation, StringComparer.Ordinal))
        {
            errors.Add(FieldError.NotSupported("fieldValidation", fieldValidation, FieldValidations));
        }

        Refuse(kind, errors);
        return new WriteOptions(
            query.ContainsKey("dryRun"),
            Enum.TryParse(fieldValidation, out FieldValidation validation) ? validation : FieldValidation.Warn,
            fieldManager,
            force);
    }

    private static IEnumerable<FieldError> CheckFieldManager(string fieldManager)
    {
        const int limit = 128;
        if (Encoding.UTF8.GetByteCount(fieldManager) > limit)
        {
            yield return FieldError.TooLong("fieldManager", limit);
        }

        int position = 0;
        foreach (Rune rune in fieldManager.EnumerateRunes())
        {
            if (Rune.IsControl(rune) || (Rune.IsWhiteSpace(rune) && rune.Value != ' '))
            {
                yield return FieldError.Invalid("fieldManager", fieldManager, string.Create(CultureInfo.InvariantCulture, $"invalid character U+{rune.Value:X4} (at position {position})"));
            }

            position += rune.Utf8SequenceLength;
        }
    }

    public static IEnumerable<FieldError> CheckDryRun(StringValues dryRun, BodyDialect dialect)
    {
        if (dryRun.Count > 0 && dryRun.Any(value => value != "All"))
        {
            yield return FieldError.NotSupportedValue("dryRun", dialect.ShowList(dryRun.OfType<string>()), ["All"]);
        }
    }

    /// <summary>Refuses options that have mistakes.</summary>
    /// <exception cref="ApiStatusException">There are any.</exception>
    public static void Refuse(string kind, IReadOnlyList<FieldError> errors)
    {
        if (errors.Count > 0)
        {
            throw new ApiStatusException(ApiStatus.Invalid(kind, "", errors, OptionsGroup));
        }
    }
}
