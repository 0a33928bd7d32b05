// Seed 004, "Access Control and Permissions". Repairs: host.Host for libp2p.Host, imports without context, json and time; the setup
// takes the host, and the roles of its comment from the options. The seed has the side that listens only; the side that dials is below.
package seeds

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
)

type Role string

const (
	RoleAdmin     Role = "admin"
	RoleModerator Role = "moderator"
	RoleUser      Role = "user"
	RoleGuest     Role = "guest"
)

type Permission string

const (
	PermissionRead   Permission = "read"
	PermissionWrite  Permission = "write"
	PermissionDelete Permission = "delete"
	PermissionAdmin  Permission = "admin"
)

type AccessControlList struct {
	peerRoles map[peer.ID]Role
	rolePerms map[Role][]Permission
	host      host.Host
}

func NewAccessControlList(host host.Host) *AccessControlList {
	acl := &AccessControlList{
		peerRoles: make(map[peer.ID]Role),
		rolePerms: map[Role][]Permission{
			RoleAdmin:     {PermissionRead, PermissionWrite, PermissionDelete, PermissionAdmin},
			RoleModerator: {PermissionRead, PermissionWrite, PermissionDelete},
			RoleUser:      {PermissionRead, PermissionWrite},
			RoleGuest:     {PermissionRead},
		},
		host: host,
	}

	return acl
}

func (acl *AccessControlList) AssignRole(peerID peer.ID, role Role) {
	acl.peerRoles[peerID] = role
	fmt.Printf("Assigned role %s to peer %s\n", role, peerID)
}

func (acl *AccessControlList) HasPermission(peerID peer.ID, perm Permission) bool {
	role, exists := acl.peerRoles[peerID]
	if !exists {
		role = RoleGuest // Default role
	}

	permissions := acl.rolePerms[role]
	for _, p := range permissions {
		if p == perm {
			return true
		}
	}
	return false
}

func (acl *AccessControlList) CreateSecureHandler(perm Permission, handler network.StreamHandler) network.StreamHandler {
	return func(stream network.Stream) {
		defer stream.Close()

		remotePeer := stream.Conn().RemotePeer()

		if !acl.HasPermission(remotePeer, perm) {
			fmt.Printf("Access denied for peer %s (required: %s)\n", remotePeer, perm)
			stream.Write([]byte("ACCESS_DENIED"))
			return
		}

		// Call original handler
		handler(stream)
	}
}

// Example usage with secure protocol
const secureDataProtocol = "/secure-data/1.0.0"

func setupSecureDataProtocol(host host.Host, roles map[peer.ID]Role) {
	acl := NewAccessControlList(host)

	// Assign roles
	for somePeerID, role := range roles {
		acl.AssignRole(somePeerID, role)
	}

	// Create secure handler that requires write permission
	secureHandler := acl.CreateSecureHandler(PermissionWrite, handleSecureData)
	host.SetStreamHandler(protocol.ID(secureDataProtocol), secureHandler)
}

func handleSecureData(stream network.Stream) {
	// Handle sensitive data operations
	fmt.Printf("Processing secure data request from %s\n", stream.Conn().RemotePeer())
	stream.Write([]byte("SECURE_DATA_RESPONSE"))
}

func listenSecureData(ctx context.Context, h host.Host, o options) error {
	roles := map[peer.ID]Role{}
	for text, role := range o.roles {
		id, err := peer.Decode(text)
		if err != nil {
			return err
		}
		roles[id] = Role(role)
	}
	setupSecureDataProtocol(h, roles)
	return nil
}

func dialSecureData(ctx context.Context, h host.Host, remote peer.AddrInfo, o options) error {
	stream, err := h.NewStream(ctx, remote.ID, protocol.ID(secureDataProtocol))
	if err != nil {
		return err
	}
	defer stream.Close()
	if err := stream.CloseWrite(); err != nil {
		return err
	}
	answer, err := io.ReadAll(io.LimitReader(stream, 64))
	if err != nil {
		return err
	}
	if string(answer) != "SECURE_DATA_RESPONSE" {
		return errors.New(string(answer))
	}
	result(string(answer))
	return nil
}
