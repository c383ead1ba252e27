using System.Text.Json;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Api.Listing;

/// <summary>
/// Reads a PodList in JSON, with its members in any order. At any time one pod is in memory, and of a pod that is not
/// asked for nothing is made.
/// </summary>
internal sealed class JsonPodListReader(ByteWindow window) : PodListReader
{
    // How deep the JSON is nested where something stands that is of interest.
    private const int ListDepth = 1;
    private const int MetadataDepth = 2;

    private readonly PodKey _key = new();
    private JsonReaderState _state;
    private ListMember _member;
    private int _podLength;
    private bool _isInItems;
    private bool _isPodList;
    private bool _hasEnded;

    private enum ListMember
    {
        Other,
        Kind,
        Metadata,
        ContinueToken,
        Items,
    }

    public override ReadOnlySpan<byte> Key => _key.Bytes;

    public override async ValueTask<bool> ReadAsync()
    {
        window.Pass(_podLength);
        _podLength = 0;
        while (!_hasEnded)
        {
            if (_isInItems)
            {
                if (await TryReadPodAsync())
                {
                    return true;
                }
            }
            else if (!ReadList(isEnd: false) && !await window.TryFillAsync())
            {
                End();
            }
        }

        return false;
    }

    public override PodResource GetPod() =>
        JsonSerializer.Deserialize(window.Bytes[.._podLength], WireJson.Default.PodResource)
        ?? throw new JsonException("A pod is null.");

    public override void Dispose() => window.Dispose();

    /// <summary>Reads what is here of the list around the pods; true when the pods begin.</summary>
    private bool ReadList(bool isEnd)
    {
        var reader = new Utf8JsonReader(window.Bytes, isEnd, _state);
        while (!_isInItems && reader.Read())
        {
            Take(ref reader);
        }

        window.Pass((int)reader.BytesConsumed);
        _state = reader.CurrentState;
        return _isInItems;
    }

    private void Take(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType, reader.CurrentDepth)
        {
            case (JsonTokenType.PropertyName, ListDepth):
                _member = MemberOf(ref reader);
                break;
            case (JsonTokenType.PropertyName, MetadataDepth) when _member is ListMember.Metadata or ListMember.ContinueToken:
                _member = reader.ValueTextEquals("continue"u8) ? ListMember.ContinueToken : ListMember.Metadata;
                break;
            case (JsonTokenType.String, ListDepth) when _member is ListMember.Kind:
                _isPodList = reader.ValueTextEquals("PodList"u8);
                break;
            case (JsonTokenType.String, MetadataDepth) when _member is ListMember.ContinueToken:
                ContinueToken = Text(ref reader);
                break;
            case (JsonTokenType.StartArray, ListDepth) when _member is ListMember.Items:
                _isInItems = true;
                break;
        }
    }

    private static ListMember MemberOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("items"u8) ? ListMember.Items
        : reader.ValueTextEquals("metadata"u8) ? ListMember.Metadata
        : reader.ValueTextEquals("kind"u8) ? ListMember.Kind
        : ListMember.Other;

    private static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidDataException("A text is not in UTF-8.", exception);
        }
    }

    /// <summary>Reads the next pod, which then stands at the window's beginning; false at the end of the pods.</summary>
    private async ValueTask<bool> TryReadPodAsync()
    {
        int worthAnotherLook = 1;
        while (true)
        {
            PassSeparators();
            int here = window.Bytes.Length;
            if (here > 0 && window.Bytes[0] is not (byte)'{')
            {
                // The list's reader goes on where the pods end, as if there had been none.
                _isInItems = window.Bytes[0] is (byte)']' ? false : throw new InvalidDataException("Something in the list is no pod.");
                return false;
            }

            if (here >= worthAnotherLook && TryGlance())
            {
                return true;
            }

            // Whoever looked again after every few bytes of a large pod would look for ever.
            worthAnotherLook = here + (here / 4) + 1;
            if (!await window.TryFillAsync())
            {
                return TryGlance() ? true : throw new EndOfStreamException("the answer broke off");
            }
        }
    }

    private void PassSeparators()
    {
        int count = window.Bytes.IndexOfAnyExcept(", \t\r\n"u8);
        window.Pass(count < 0 ? window.Bytes.Length : count);
    }

    private bool TryGlance()
    {
        if (window.Bytes.IsEmpty)
        {
            return false;
        }

        PodGlance glance = PodJson.Glance(window.Bytes);
        _podLength = glance.Length;
        _key.Set(glance.Namespace, glance.Name);
        HasEphemeralContainers = glance.HasEphemeralContainers;
        return _podLength > 0;
    }

    private void End()
    {
        try
        {
            ReadList(isEnd: true);
        }
        catch (JsonException exception)
        {
            throw new EndOfStreamException("the answer broke off", exception);
        }

        _hasEnded = true;
        if (!_isPodList)
        {
            throw new InvalidDataException("It is no list of pods.");
        }
    }
}
