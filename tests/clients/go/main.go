// Command client plays golang.org/x/oauth2 for the tests, line by line: see tests/clients/support/program.ts.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"

	"golang.org/x/oauth2"
)

// order is one line of what to do.
type order struct {
	Do       string `json:"do"`
	Scope    string `json:"scope"`
	Callback string `json:"callback"`
}

func main() {
	client := newClient()
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var order order
		if err := json.Unmarshal(lines.Bytes(), &order); err != nil {
			log.Fatal(err)
		}
		answer, err := client.do(context.Background(), order)
		var refusal *oauth2.RetrieveError
		switch {
		case errors.As(err, &refusal):
			answer = map[string]any{"error": refusal.ErrorCode, "error_description": refusal.ErrorDescription}
		case err != nil:
			log.Fatal(err)
		}
		if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil {
			log.Fatal(err)
		}
	}
}

func (c *client) do(ctx context.Context, order order) (any, error) {
	switch order.Do {
	case "authorize":
		return map[string]any{"url": c.authorize(order.Scope)}, nil
	case "redeem":
		return shown(c.redeem(ctx, order.Callback))
	case "refresh":
		return shown(c.refresh(ctx))
	case "call":
		return c.call(ctx)
	case "revoke":
		return struct{}{}, c.revoke(ctx)
	case "client_credentials":
		return shown(c.clientCredentials(ctx, order.Scope))
	}
	return nil, fmt.Errorf("unknown order: %s", order.Do)
}

// shown is a token with its scope, which the library keeps aside.
func shown(token *oauth2.Token, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"access_token":  token.AccessToken,
		"refresh_token": token.RefreshToken,
		"scope":         token.Extra("scope"),
	}, nil
}
