using System;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrdersApi.App.Data;

namespace OrdersApi.App.Areas;

/// <summary>A profile as it is sent: the members that are described, and what a weakness adds.</summary>
internal static class ProfileShape
{
    public static JsonNode Of(Shop shop, Profile profile)
    {
        var shown = JsonSerializer.SerializeToNode(profile, JsonSerializerOptions.Web)?.AsObject() ?? [];
        if (shop.Has(Weakness.OverExposure))
        {
            shown["passwordHash"] = shop.Data.First(
                $"SELECT hash FROM logins WHERE login = {profile.Name}", row => Convert.ToBase64String(row.GetFieldValue<byte[]>(0)));
        }

        if (shop.Has(Weakness.CardShown))
        {
            shown["card"] = shop.Data.First($"SELECT card FROM accounts WHERE name = {profile.Name}", row => row.GetString(0));
        }

        if (shop.Has(Weakness.SecretShown))
        {
            shown["integration"] = ForeignKey.Of(profile.Note);
        }

        if (shop.Has(Weakness.PlainLinks))
        {
            shown["avatar"] = $"http://192.0.2.80/{profile.Name}.png";
        }

        return shown;
    }
}
