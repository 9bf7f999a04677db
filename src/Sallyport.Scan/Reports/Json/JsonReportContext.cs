using System.Text.Json.Serialization;

namespace Sallyport.Scan.Reports.Json;

/// <summary>Serializers made at compile time: the tool starts fast and can be trimmed.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(JsonReport))]
[JsonSerializable(typeof(JsonRule[]))]
internal sealed partial class JsonReportContext : JsonSerializerContext;
